package org.rsavlm.train.data;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;

/** A LLaVA JSON or JSONL file, of which only the index is in memory. */
final class JsonStore implements SampleStore {

  private static final JsonFactory FACTORY = new JsonFactory();

  private final SampleSource source;
  private final JsonIndex index;
  private final SampleParser parser;
  private final ImageStore images;
  private final FileChannel channel;

  JsonStore(SampleSource source) throws IOException {
    this.source = source;
    index = JsonIndexer.index(source.file());
    parser = new SampleParser(source.name(), source.rsa());
    images = new ImageFolder(source.imagesDir(), source.name());
    channel = FileChannel.open(source.file(), StandardOpenOption.READ);
  }

  @Override
  public int size() {
    return index.size();
  }

  @Override
  public Entry read(int sample) throws RejectedSampleException {
    String where = source.file().getFileName() + ":" + index.line(sample);
    return new Entry(parser.parse(bytes(sample), where), images);
  }

  @Override
  public boolean hasImages(int sample) {
    try (JsonParser json = FACTORY.createParser(bytes(sample))) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean image = json.currentName().equals("image");
        JsonToken value = json.nextToken();
        if (image) {
          return value == JsonToken.VALUE_STRING
              || (value == JsonToken.START_ARRAY && json.nextToken() != JsonToken.END_ARRAY);
        }
        json.skipChildren();
      }
      return false;
    } catch (IOException e) {
      return false; // read() rejects this sample with the reason
    }
  }

  private byte[] bytes(int sample) {
    ByteBuffer buffer = ByteBuffer.allocate(index.length(sample));
    long position = index.offset(sample);
    try {
      while (buffer.hasRemaining()) {
        int n = channel.read(buffer, position + buffer.position());
        if (n < 0) {
          throw new IOException(source.file() + " has become shorter since it was opened");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return buffer.array();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
