package org.rsavlm.train.data;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;

/** A LLaVA JSON or JSONL file, of which only the index is in memory. */
final class JsonStore implements SampleStore {

  private static final JsonFactory FACTORY = new JsonFactory();

  private final SampleSource source;
  private final IndexedText text;
  private final SampleParser parser;
  private final ImageStore images;

  JsonStore(SampleSource source) throws IOException {
    this.source = source;
    JsonIndex index = JsonIndexer.index(source.file());
    parser = new SampleParser(source.name(), source.rsa());
    images = new ImageFolder(source.imagesDir(), source.name());
    text =
        new IndexedText(
            source.file().toString(),
            FileChannel.open(source.file(), StandardOpenOption.READ),
            index);
  }

  @Override
  public int size() {
    return text.index().size();
  }

  @Override
  public Entry read(int sample) throws RejectedSampleException {
    String where = source.file().getFileName() + ":" + text.index().line(sample);
    return new Entry(parser.parse(text.read(sample), where), images);
  }

  @Override
  public boolean hasImages(int sample) {
    try (JsonParser json = FACTORY.createParser(text.read(sample))) {
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

  @Override
  public void close() throws IOException {
    text.close();
  }
}
