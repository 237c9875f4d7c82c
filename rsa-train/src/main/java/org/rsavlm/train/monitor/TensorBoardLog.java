package org.rsavlm.train.monitor;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import org.rsavlm.core.UserException;

/**
 * Event files that TensorBoard opens: the numbers of {@link MetricsLog} as curves, a tag each.
 *
 * <p>The format is TensorFlow's: records of length, masked CRC-32C of the length, an {@code Event}
 * protocol buffer and its masked CRC-32C. Only scalars are needed, which are a few fields. Steps
 * are counted through the stages, so that curves of a run don't lie on top of each other.
 */
public final class TensorBoardLog implements TrainingListener, AutoCloseable {

  private static final int CRC_MASK = 0xa282ead8;

  private final Path file;
  private final OutputStream out;
  private final Clock clock;
  private long before;
  private long latest;

  private TensorBoardLog(Path file, OutputStream out, Clock clock) {
    this.file = file;
    this.out = out;
    this.clock = clock;
  }

  /**
   * Starts an event file; TensorBoard reads all files of a directory as one run.
   *
   * @param directory made if missing
   * @param firstStep steps that earlier files of the directory hold
   * @throws UserException when it can't be written
   */
  public static TensorBoardLog in(Path directory, long firstStep) {
    return in(directory, firstStep, Clock.systemUTC());
  }

  static TensorBoardLog in(Path directory, long firstStep, Clock clock) {
    // TensorBoard looks for "tfevents" in names and orders files by them.
    Path file =
        directory.resolve(
            "events.out.tfevents.%010d.%d"
                .formatted(clock.instant().getEpochSecond(), ProcessHandle.current().pid()));
    try {
      Files.createDirectories(directory);
      OutputStream out =
          Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      TensorBoardLog log = new TensorBoardLog(file, out, clock);
      log.before = firstStep;
      log.latest = firstStep;
      log.write(log.event(0, new Message().string(3, "brain.Event:2")));
      return log;
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  @Override
  public void onStageStart(String stage, long firstStep, long steps) {
    before = latest - (firstStep - 1);
  }

  @Override
  public void onStep(StepMetrics metrics) {
    latest = before + metrics.step();
    write(latest, scalars(metrics));
  }

  @Override
  public void onProbe(ProbeMetrics metrics) {
    Map<String, Double> scalars = new LinkedHashMap<>();
    metrics.measures().forEach((key, value) -> scalars.put("probe/" + key, value));
    write(before + metrics.step(), scalars);
  }

  private void write(long step, Map<String, Double> scalars) {
    Message summary = new Message();
    scalars.forEach(
        (tag, value) -> {
          if (Double.isFinite(value)) {
            summary.field(1, new Message().string(1, tag).float32(2, value.floatValue()));
          }
        });
    try {
      write(event(step, new Message().field(5, summary)));
      out.flush();
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  private static Map<String, Double> scalars(StepMetrics metrics) {
    Map<String, Double> scalars = new LinkedHashMap<>();
    scalars.put("loss/lm", metrics.lossLm());
    scalars.put("loss/rsa", metrics.lossRsa());
    scalars.put("loss/total", metrics.loss());
    scalars.put("train/grad_norm", metrics.gradNorm());
    scalars.put("train/tokens_per_second", metrics.tokensPerSecond());
    scalars.put("train/data_seconds", metrics.dataSeconds());
    scalars.put("train/skipped", (double) metrics.skipped());
    metrics.learningRate().forEach((group, rate) -> scalars.put("lr/" + group, rate));
    metrics.rsa().forEach((name, value) -> scalars.put("rsa/" + name, value));
    return scalars;
  }

  private Message event(long step, Message content) {
    return new Message().float64(1, clock.millis() / 1000.0).varint(2, step).append(content);
  }

  private void write(Message event) throws IOException {
    byte[] data = event.bytes();
    ByteBuffer record =
        ByteBuffer.allocate(Long.BYTES + Integer.BYTES + data.length + Integer.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    record.putLong(data.length);
    record.putInt(maskedCrc(record.array(), Long.BYTES));
    record.put(data);
    record.putInt(maskedCrc(data, data.length));
    out.write(record.array());
  }

  private static int maskedCrc(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + CRC_MASK;
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  private static UserException unwritable(Path file, IOException e) {
    return new UserException(
        file.toString(), "can't be written: " + e, "check the disk's space and permissions", e);
  }

  /** A protocol buffer message under construction. */
  private static final class Message {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    byte[] bytes() {
      return bytes.toByteArray();
    }

    Message append(Message other) {
      bytes.writeBytes(other.bytes());
      return this;
    }

    Message field(int field, Message value) {
      return raw(field, value.bytes());
    }

    Message string(int field, String value) {
      return raw(field, value.getBytes(StandardCharsets.UTF_8));
    }

    private Message raw(int field, byte[] value) {
      key(field, BYTES);
      unsigned(value.length);
      bytes.writeBytes(value);
      return this;
    }

    Message varint(int field, long value) {
      key(field, VARINT);
      unsigned(value);
      return this;
    }

    Message float64(int field, double value) {
      key(field, FIXED64);
      bytes.writeBytes(
          ByteBuffer.allocate(Double.BYTES)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putDouble(value)
              .array());
      return this;
    }

    Message float32(int field, float value) {
      key(field, FIXED32);
      bytes.writeBytes(
          ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).array());
      return this;
    }

    private void key(int field, int type) {
      unsigned((long) field << 3 | type);
    }

    private void unsigned(long value) {
      long rest = value;
      while ((rest & ~0x7FL) != 0) {
        bytes.write((int) (rest & 0x7F | 0x80));
        rest >>>= 7;
      }
      bytes.write((int) rest);
    }
  }
}
