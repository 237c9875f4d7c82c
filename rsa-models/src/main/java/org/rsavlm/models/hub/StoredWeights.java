package org.rsavlm.models.hub;

import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.rsavlm.core.UserException;

/** A checkpoint's tensors under our names, compared as a whole with what a model needs. */
public final class StoredWeights {

  /** Groups that an error shows; with layers taken together a whole model has about forty. */
  private static final int SHOWN = 60;

  private static final int COMPARED_BYTES = 1 << 20;

  private final SafetensorsReader reader;
  private final Map<String, String> stored = new LinkedHashMap<>();

  /**
   * Names the tensors.
   *
   * @param reader the open file or directory
   * @param ours gives our name of a stored one
   * @throws UserException if two tensors have the same name with us
   */
  public StoredWeights(SafetensorsReader reader, UnaryOperator<String> ours) {
    this.reader = reader;
    for (String name : reader.tensors().keySet()) {
      String other = stored.putIfAbsent(ours.apply(name), name);
      if (other != null) {
        throw new UserException(
            reader.path().toString(),
            "the tensors " + other + " and " + name + " are the same parameter",
            "remove one of them");
      }
    }
  }

  /** Returns the open file or directory that the tensors are read from. */
  public SafetensorsReader reader() {
    return reader;
  }

  /** Returns our names, in the order of the data. */
  public Set<String> names() {
    return stored.keySet();
  }

  boolean has(String name) {
    return stored.containsKey(name);
  }

  /** Returns the stored name of a tensor that is there. */
  public String stored(String name) {
    return Objects.requireNonNull(stored.get(name));
  }

  Shape shape(String name) {
    return reader.info(stored(name)).shape();
  }

  /**
   * Compares with what a model needs.
   *
   * @param needed shapes by our names
   * @param idle tells by our name which other tensors may be there
   * @return the stored names of those others
   * @throws UserException that lists all missing and surplus tensors and all differing shapes
   */
  public List<String> check(Map<String, Shape> needed, Predicate<String> idle) {
    List<String> dropped = new ArrayList<>();
    Faults faults = new Faults();
    needed.forEach(
        (name, shape) -> {
          if (!has(name)) {
            faults.add("missing %s", name);
          } else if (!shape(name).equals(shape)) {
            faults.add("%s has shape " + shape(name) + ", needed " + shape, stored(name));
          }
        });
    stored.forEach(
        (name, original) -> {
          if (needed.containsKey(name)) {
            return;
          }
          if (idle.test(name)) {
            dropped.add(original);
          } else {
            faults.add("surplus %s", original);
          }
        });
    faults.throwIfAny(reader.path().toString());
    return dropped;
  }

  /**
   * Refuses two tensors that the config takes for one.
   *
   * @throws UserException if their bytes differ
   */
  public void requireTied(String embedding, String head) {
    if (has(embedding) && has(head) && !sameData(stored(embedding), stored(head))) {
      throw new UserException(
          reader.path().toString(),
          stored(head)
              + " differs from "
              + stored(embedding)
              + " although tie_word_embeddings is true",
          "set tie_word_embeddings to false in config.json, or remove the tensor that is not meant");
    }
  }

  private boolean sameData(String first, String second) {
    TensorInfo info = reader.info(first);
    TensorInfo other = reader.info(second);
    if (info.dtype() != other.dtype() || !info.shape().equals(other.shape())) {
      return false;
    }
    ByteBuffer left = ByteBuffer.allocate(COMPARED_BYTES);
    ByteBuffer right = ByteBuffer.allocate(COMPARED_BYTES);
    for (long offset = 0; offset < info.bytes(); offset += COMPARED_BYTES) {
      int length = (int) Math.min(COMPARED_BYTES, info.bytes() - offset);
      reader.readBytes(first, offset, left.clear().limit(length));
      reader.readBytes(second, offset, right.clear().limit(length));
      if (!left.flip().equals(right.flip())) {
        return false;
      }
    }
    return true;
  }

  /** Misfits, the same one in many layers said once. */
  private static final class Faults {

    private record Group(String first, int count) {}

    private final Map<String, Group> groups = new LinkedHashMap<>();
    private int count;

    void add(String format, String name) {
      count++;
      String general = String.format(format, name.replaceAll("\\.\\d+\\.", ".*."));
      groups.merge(
          general,
          new Group(String.format(format, name), 1),
          (old, one) -> new Group(old.first(), old.count() + 1));
    }

    void throwIfAny(String where) {
      if (count == 0) {
        return;
      }
      List<String> lines = new ArrayList<>();
      groups.forEach(
          (general, group) ->
              lines.add(group.count() == 1 ? group.first() : group.count() + " times " + general));
      String more = lines.size() > SHOWN ? " and " + (lines.size() - SHOWN) + " more kinds" : "";
      throw new UserException(
          where,
          count
              + " tensors do not fit config.json: "
              + String.join("; ", lines.subList(0, Math.min(SHOWN, lines.size())))
              + more,
          "check that config.json and the weights belong together");
    }
  }
}
