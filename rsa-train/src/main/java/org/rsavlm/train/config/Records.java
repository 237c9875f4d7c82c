package org.rsavlm.train.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import org.jspecify.annotations.Nullable;

/** Copies of records with one value changed. */
public final class Records {

  private Records() {}

  /**
   * Copies a record through its constructor, which checks the values again.
   *
   * @param record stays as it is
   * @param component the name of what changes, as Java writes it
   * @param value its new value
   * @return the copy
   * @throws IllegalArgumentException if the record has no such component, or refuses the value
   */
  public static <R extends Record> R with(R record, String component, @Nullable Object value) {
    RecordComponent[] components = record.getClass().getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    @Nullable Object[] values = new @Nullable Object[components.length];
    boolean found = false;
    try {
      for (int i = 0; i < components.length; i++) {
        boolean changed = components[i].getName().equals(component);
        found |= changed;
        types[i] = components[i].getType();
        components[i].getAccessor().setAccessible(true);
        values[i] = changed ? value : components[i].getAccessor().invoke(record);
      }
      if (!found) {
        throw new IllegalArgumentException(record.getClass() + " has no component " + component);
      }
      @SuppressWarnings("unchecked") // a record's own class
      Constructor<R> constructor = (Constructor<R>) record.getClass().getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException refused) {
        throw refused;
      }
      throw new IllegalStateException("constructor of " + record.getClass() + " failed", e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(record.getClass() + " can't be copied", e);
    }
  }
}
