package org.rsavlm.core.torch;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A loaded TorchScript text whose methods run with autograd.
 *
 * <p>The text is a resource file beside the class that owns it. It defines one class without
 * parameters, whose methods take everything as arguments, and free functions. Every ATen operator
 * is at hand. Two things differ from Python: a free function is called {@code __torch__.f(x)}, and
 * dtypes are numbers ({@link TorchDtype#code()}).
 *
 * <pre>{@code
 * class Linear(Module):
 *   __parameters__ = []
 *   __buffers__ = []
 *   training : bool
 *   def apply(self: __torch__.Linear, x: Tensor, weight: Tensor) -> Tensor:
 *     return torch.linear(x, weight)
 * }</pre>
 *
 * <pre>{@code
 * TorchScript script = TorchScript.load(Linear.class, "linear.py");
 * NDArray y = script.call(manager, "apply", x, weight).singletonOrThrow();
 * }</pre>
 *
 * <p>Functions that several scripts need are texts of their own ({@link ScriptText}), called by
 * their module's name: {@code __torch__.attention.attend(q, k, v)}.
 *
 * <p>Scripts are loaded once and live as long as the process; calls may come from several threads.
 */
public final class TorchScript {

  private static final Pattern CLASS = Pattern.compile("(?m)^class (\\w+)\\(Module\\):");
  private static final Pattern PLACE =
      Pattern.compile("(?:code/__torch__(?:/(\\w+))?\\.py\", )?line (\\d+)");
  private static final Map<Key, TorchScript> LOADED = new ConcurrentHashMap<>();

  private record Key(ScriptText main, List<ScriptText> shared) {}

  private final Names names;
  private final PtSymbolBlock module;

  /**
   * The names that errors show.
   *
   * @param main of the text with the class
   * @param shared of the others by module
   */
  private record Names(String main, Map<String, String> shared) {

    String of(@Nullable String module) {
      return module == null ? main : shared.getOrDefault(module, main);
    }
  }

  private TorchScript(Names names, PtSymbolBlock module) {
    this.names = names;
    this.module = module;
  }

  /**
   * Loads a script, or returns the one already loaded.
   *
   * @param owner the class beside which the resource lies
   * @param resource the file name of the text that defines the class, such as {@code decoder.py}
   * @param shared texts whose functions it calls, or that call each other
   * @throws ScriptException if a text does not compile, with its name and line
   */
  public static TorchScript load(Class<?> owner, String resource, ScriptText... shared) {
    ScriptText main = ScriptText.of(owner, resource);
    List<ScriptText> others = List.of(shared);
    return LOADED.computeIfAbsent(
        new Key(main, others), key -> compile(main.name(), main.read(), others));
  }

  /**
   * Compiles script text.
   *
   * @param name the name that errors show
   * @param text TorchScript source that defines one class
   * @param shared the texts of other modules
   * @throws ScriptException if a text does not compile, with its name and line
   */
  static TorchScript compile(String name, String text, List<ScriptText> shared) {
    Matcher matcher = CLASS.matcher(text);
    if (!matcher.find()) {
      throw new ScriptException(name + ": no line 'class NAME(Module):'", new IOException(name));
    }
    Map<String, String> modules = new LinkedHashMap<>();
    Map<String, String> moduleNames = new LinkedHashMap<>();
    for (ScriptText other : shared) {
      if (modules.put(other.module(), other.read()) != null) {
        throw new IllegalArgumentException(name + ": two texts are module " + other.module());
      }
      moduleNames.put(other.module(), other.name());
    }
    Names names = new Names(name, moduleNames);
    byte[] archive = ScriptArchive.pack(matcher.group(1), text, modules);
    // Loading an engine's first script must not change what the thread records.
    PtNDManager manager = (PtNDManager) Engine.getEngine("PyTorch").newBaseManager();
    manager.setName(name);
    try {
      return new TorchScript(
          names, JniUtils.loadModule(manager, new ByteArrayInputStream(archive), false, false));
    } catch (EngineException e) {
      manager.close();
      throw new ScriptException(describe(names, "does not compile", e), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a stream in memory does not fail
    }
  }

  /**
   * Calls a method that returns a tensor, or a tuple or list of tensors.
   *
   * <p>Whether the call is recorded for backward is the thread's {@link GradMode}.
   *
   * @param manager owns the results
   * @param method the method's name
   * @param arguments each an {@link NDArray}, a {@link List} of them (also an {@link NDList}), an
   *     {@link Integer} or {@link Long}, a {@link Double}, a {@link Boolean} or a {@code long[]}
   * @return the tensors, in order
   * @throws ScriptException if the call fails, with the script's line
   */
  public NDList call(NDManager manager, String method, Object... arguments) {
    PtNDManager owner = (PtNDManager) manager;
    return invoke(
        method,
        arguments,
        result -> {
          if (result.isTensor()) {
            return new NDList(result.toTensor(owner));
          }
          return result.toNDList(owner);
        });
  }

  /** Calls a method that returns an int; arguments as in {@link #call}. */
  public long callLong(String method, Object... arguments) {
    return invoke(method, arguments, IValue::toLong);
  }

  /** Calls a method that returns a float; arguments as in {@link #call}. */
  public double callDouble(String method, Object... arguments) {
    return invoke(method, arguments, IValue::toDouble);
  }

  /** Calls a method that returns a bool; arguments as in {@link #call}. */
  public boolean callBoolean(String method, Object... arguments) {
    return invoke(method, arguments, IValue::toBoolean);
  }

  /** Calls a method for its effect; it must return an int. Arguments as in {@link #call}. */
  public void run(String method, Object... arguments) {
    callLong(method, arguments);
  }

  private <T> T invoke(
      String method, Object[] arguments, java.util.function.Function<IValue, T> convert) {
    IValue[] values = new IValue[arguments.length];
    try {
      for (int i = 0; i < arguments.length; i++) {
        values[i] = toIValue(method, i, arguments[i]);
      }
      try (IValue result = MethodCall.run(module, method, values)) {
        return convert.apply(result);
      }
    } catch (EngineException e) {
      throw new ScriptException(describe(names, "method " + method + " failed", e), e);
    } finally {
      for (IValue value : values) {
        if (value != null) {
          value.close();
        }
      }
    }
  }

  private IValue toIValue(String method, int index, @Nullable Object argument) {
    if (argument instanceof NDArray) {
      return IValue.from((PtNDArray) argument);
    } else if (argument instanceof Long || argument instanceof Integer) {
      return IValue.from(((Number) argument).longValue());
    } else if (argument instanceof Double) {
      return IValue.from((double) (Double) argument);
    } else if (argument instanceof Boolean) {
      return IValue.from((boolean) (Boolean) argument);
    } else if (argument instanceof long[]) {
      return IValue.listFrom((long[]) argument);
    } else if (argument instanceof List) {
      return IValue.listFrom(((List<?>) argument).toArray(new PtNDArray[0]));
    }
    throw new IllegalArgumentException(
        names.main()
            + "."
            + method
            + ": argument "
            + index
            + " is "
            + (argument == null ? "null" : "a " + argument.getClass().getName())
            + "; an NDArray, a list of them, an integer, a double, a boolean or a long[] can be"
            + " passed");
  }

  /**
   * A libtorch message behind the place that it is about: the text and line of its innermost frame.
   */
  private static String describe(Names names, String what, EngineException e) {
    String message = String.valueOf(e.getMessage());
    // A compiler names the callers of what it could not compile behind it, a traceback before it.
    int callers = message.indexOf(" is being compiled since it was called from ");
    Matcher place = PLACE.matcher(callers < 0 ? message : message.substring(0, callers));
    String where = names.main();
    while (place.find()) {
      where = names.of(place.group(1)) + " at line " + place.group(2);
    }
    return where + ": " + what + ": " + message.strip();
  }
}
