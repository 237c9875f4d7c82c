package org.rsavlm.train.data;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.rsavlm.core.UserException;
import org.rsavlm.core.io.FileFaults;
import org.rsavlm.models.image.ImageReader;
import org.rsavlm.models.image.RgbImage;
import org.rsavlm.train.data.parquet.ImageName;
import org.rsavlm.train.data.parquet.PageMemory;
import org.rsavlm.train.data.parquet.ParquetFiles;
import org.rsavlm.train.data.parquet.ParquetShard;

/**
 * Parquet shards as one list of samples. On opening, their texts are copied as LLaVA's JSON to a
 * temporary file that is gone when it is closed or the process ends, however that happens; images
 * are read from the shards when asked for.
 */
final class ParquetStore implements SampleStore {

  private final List<ParquetShard> shards;
  private final int[] starts;
  private final IndexedText texts;
  private final BitSet withImages;
  private final SampleParser parser;
  private final ImageStore files;

  private ParquetStore(
      SampleSource source,
      List<ParquetShard> shards,
      int[] starts,
      IndexedText texts,
      BitSet withImages) {
    this.shards = List.copyOf(shards);
    this.starts = starts;
    this.texts = texts;
    this.withImages = withImages;
    parser = new SampleParser(source.name(), source.rsa());
    files = new ImageFolder(source.imagesDir(), source.name());
  }

  /**
   * Opens the shards of a source.
   *
   * @param memory shared by the sources of a mixture
   * @throws UserException if one can't be used, or they hold no samples
   */
  static ParquetStore open(SampleSource source, PageMemory memory) {
    List<ParquetShard> shards = new ArrayList<>();
    try {
      return open(source, ParquetFiles.find(source.file()), memory, shards);
    } catch (RuntimeException e) {
      closeQuietly(shards, e);
      throw e;
    }
  }

  private static ParquetStore open(
      SampleSource source, List<Path> paths, PageMemory memory, List<ParquetShard> shards) {
    int[] starts = new int[paths.size()];
    FileChannel channel = temporary();
    try {
      Copy copy = new Copy(channel);
      for (int i = 0; i < starts.length; i++) {
        starts[i] = copy.index.size();
        copy.row = 0;
        shards.add(ParquetShard.open(paths.get(i), source.columns(), memory, copy::add));
      }
      copy.out.flush();
      if (copy.index.size() == 0) {
        throw new UserException(
            source.file().toString(), "holds no samples", "give Parquet files with rows");
      }
      IndexedText texts = new IndexedText(source.file().toString(), channel, copy.index);
      return new ParquetStore(source, shards, starts, texts, copy.withImages);
    } catch (IOException e) {
      closeQuietly(List.of(channel), e);
      throw noRoom(e);
    } catch (RuntimeException e) {
      closeQuietly(List.of(channel), e);
      throw e;
    }
  }

  /** Rows on their way to the temporary file. */
  private static final class Copy {

    private static final int BUFFER = 1 << 16;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final OutputStream out;
    private final JsonIndex index = new JsonIndex();
    private final BitSet withImages = new BitSet();
    private long offset;
    private int row;

    Copy(FileChannel channel) {
      out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
    }

    void add(ObjectNode sample, int images) throws IOException {
      byte[] json = MAPPER.writeValueAsBytes(sample);
      withImages.set(index.size(), images > 0);
      index.add(offset, json.length, ++row);
      try {
        out.write(json);
      } catch (IOException e) {
        throw noRoom(e);
      }
      offset += json.length;
    }
  }

  private static FileChannel temporary() {
    try {
      Path file = Files.createTempFile("rsa-texts", ".jsonl");
      // Linux takes the name away at once and the space when the channel is closed.
      return FileChannel.open(
          file,
          StandardOpenOption.READ,
          StandardOpenOption.WRITE,
          StandardOpenOption.DELETE_ON_CLOSE);
    } catch (IOException e) {
      throw noRoom(e);
    }
  }

  private static UserException noRoom(IOException e) {
    return new UserException(
        System.getProperty("java.io.tmpdir"),
        "the texts of Parquet files can't be kept here: " + FileFaults.describe(e),
        "make room, or choose another directory by -Djava.io.tmpdir",
        e);
  }

  @Override
  public int size() {
    return texts.index().size();
  }

  @Override
  public Entry read(int sample) throws RejectedSampleException {
    int shard = shards.size() - 1;
    while (starts[shard] > sample) {
      shard--;
    }
    ParquetShard from = shards.get(shard);
    String where = from.file().getFileName() + ":" + texts.index().line(sample);
    return new Entry(parser.parse(texts.read(sample), where), (of, name) -> image(from, of, name));
  }

  private RgbImage image(ParquetShard shard, Sample sample, String stated)
      throws RejectedSampleException {
    ImageName name = ImageName.parse(stated);
    byte[] bytes = name.embedded() ? shard.image(name) : null;
    if (bytes == null && name.path().isEmpty()) {
      throw new RejectedSampleException(
          sample, RejectionReason.IMAGE_MISSING, "an image has no bytes and no path");
    }
    if (bytes == null) {
      return files.read(sample, name.path());
    }
    try {
      return ImageReader.read(bytes, name.path().isEmpty() ? "in the file" : name.path());
    } catch (UserException e) {
      if (e.getCause() instanceof OutOfMemoryError) {
        throw e; // as in ImageFolder
      }
      throw new RejectedSampleException(
          sample, RejectionReason.IMAGE_BROKEN, "image " + e.getMessage());
    }
  }

  @Override
  public boolean hasImages(int sample) {
    return withImages.get(sample);
  }

  @Override
  public void close() throws IOException {
    for (ParquetShard shard : shards) {
      shard.close();
    }
    texts.close();
  }

  private static void closeQuietly(List<? extends java.io.Closeable> open, Exception fault) {
    for (java.io.Closeable one : open) {
      try {
        one.close();
      } catch (IOException e) {
        fault.addSuppressed(e);
      }
    }
  }
}
