package org.rsavlm.eval.features;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Map;
import org.rsavlm.core.UserException;
import org.rsavlm.models.hub.Quote;
import org.rsavlm.models.hub.SafetensorsReader;
import org.rsavlm.models.hub.TensorInfo;

/** A tensor of a safetensors file. */
final class SafetensorsStore implements FeatureStore {
  private final SafetensorsReader reader;
  private final String name;
  private final Layout layout;

  private SafetensorsStore(SafetensorsReader reader, String name) {
    this.reader = reader;
    this.name = name.isEmpty() ? ArrayNames.only(reader.path(), reader.tensors().keySet()) : name;
    TensorInfo info = reader.info(this.name);
    FeatureDtype type =
        switch (info.dtype()) {
          case FLOAT64 -> FeatureDtype.F64;
          case FLOAT32 -> FeatureDtype.F32;
          case FLOAT16 -> FeatureDtype.F16;
          case BFLOAT16 -> FeatureDtype.BF16;
          default ->
              throw new UserException(
                  reader.path() + "#" + Quote.of(this.name),
                  "elements of type " + info.dtype(),
                  "features are floating-point numbers");
        };
    layout = new Layout(type, ByteOrder.LITTLE_ENDIAN, info.shape().getShape());
  }

  static SafetensorsStore open(Path file, String name) {
    SafetensorsReader reader = SafetensorsReader.open(file);
    try {
      return new SafetensorsStore(reader, name);
    } catch (RuntimeException | Error e) {
      reader.close();
      throw e;
    }
  }

  @Override
  public Layout layout() {
    return layout;
  }

  @Override
  public Map<String, String> metadata() {
    return reader.metadata();
  }

  @Override
  public void read(long offset, ByteBuffer target) {
    reader.readBytes(name, offset, target);
  }

  @Override
  public void close() {
    reader.close();
  }
}
