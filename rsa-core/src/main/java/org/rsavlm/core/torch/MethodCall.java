package org.rsavlm.core.torch;

import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;

/**
 * Runs a method of a loaded module with autograd.
 *
 * <p>DJL's public way to do so, {@code IValueUtils.forward}, steers by the arrays' names (a Hugging
 * Face parameter name would become a dictionary entry), takes tensors only, and leaks its arguments
 * when the call fails. This class calls the same native method with arguments of our own making; it
 * is not public in DJL, hence the reflection, which is checked once at class load.
 */
final class MethodCall {

  private static final MethodHandle RUN_METHOD = findRunMethod();

  /** The graph optimiser is a setting per thread; it only costs warm-up on shapes that vary. */
  private static final ThreadLocal<Boolean> OPTIMISER_OFF =
      ThreadLocal.withInitial(
          () -> {
            JniUtils.setGraphExecutorOptimize(false);
            return true;
          });

  private MethodCall() {}

  private static MethodHandle findRunMethod() {
    try {
      Class<?> library = Class.forName("ai.djl.pytorch.jni.PyTorchLibrary");
      Field instance = library.getDeclaredField("LIB");
      instance.setAccessible(true);
      Method method =
          library.getDeclaredMethod(
              "moduleRunMethod",
              long.class,
              String.class,
              long[].class,
              boolean.class,
              boolean.class);
      method.setAccessible(true);
      Constructor<IValue> result = IValue.class.getDeclaredConstructor(long.class);
      result.setAccessible(true);
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      return MethodHandles.filterReturnValue(
          lookup.unreflect(method).bindTo(instance.get(null)), lookup.unreflectConstructor(result));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "this version of DJL's PyTorch engine is not supported: use ai.djl.pytorch:pytorch-engine"
              + " 0.36.0",
          e);
    }
  }

  /** Runs {@code method} under the thread's grad mode; the caller closes the result. */
  static IValue run(PtSymbolBlock module, String method, IValue[] arguments) {
    OPTIMISER_OFF.get();
    long[] handles = new long[arguments.length];
    for (int i = 0; i < handles.length; i++) {
      handles[i] = arguments[i].getHandle();
    }
    try {
      // "Training" here means: not in InferenceMode, whose outputs no backward can use.
      return (IValue)
          RUN_METHOD.invokeExact((long) module.getHandle(), method, handles, true, false);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e); // the native method declares no checked exception
    }
  }
}
