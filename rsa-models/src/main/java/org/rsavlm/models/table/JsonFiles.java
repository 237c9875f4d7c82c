package org.rsavlm.models.table;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Files of JSON, of which only the places of rows are in memory. */
final class JsonFiles implements IndexedRows {

  private final RowColumns columns;
  private final Set<String> alwaysImages;
  private final List<IndexedText> texts = new ArrayList<>();
  private final List<ImageDirectory> images = new ArrayList<>();
  private final List<Path> files;
  private final int[] starts;

  private JsonFiles(List<Path> files, RowColumns columns) {
    this.files = List.copyOf(files);
    this.columns = columns;
    alwaysImages = columns.alwaysImages();
    starts = new int[files.size() + 1];
  }

  /**
   * Opens and indexes files.
   *
   * @param images where the image paths of each file start
   * @throws org.rsavlm.core.UserException if one can't be read, or is a damaged list
   */
  static JsonFiles open(List<Path> files, RowColumns columns, Function<Path, ImageDirectory> images)
      throws IOException {
    JsonFiles opened = new JsonFiles(files, columns);
    try {
      for (int i = 0; i < files.size(); i++) {
        Path file = files.get(i);
        JsonIndex index = JsonIndexer.index(file);
        opened.images.add(images.apply(file));
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        opened.texts.add(new IndexedText(file.toString(), channel, index));
        opened.starts[i + 1] = Math.addExact(opened.starts[i], index.size());
      }
      return opened;
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  @Override
  public int size() {
    return starts[files.size()];
  }

  private int file(int index) {
    int file = 0;
    while (starts[file + 1] <= index) {
      file++;
    }
    return file;
  }

  @Override
  public Row row(int index) {
    int file = file(index);
    int row = index - starts[file];
    String where = files.get(file) + ", row " + row;
    byte[] json = texts.get(file).read(row);
    return new Row(where, name(index), images.get(file), JsonText.values(json, where));
  }

  @Override
  public String name(int index) {
    int file = file(index);
    int line = texts.get(file).index().line(index - starts[file]);
    return files.get(file).getFileName() + ":" + line;
  }

  @Override
  public boolean hasImages(int index) {
    int file = file(index);
    byte[] json = texts.get(file).read(index - starts[file]);
    Set<String> valued = JsonText.valued(json, alwaysImages);
    return valued.stream().anyMatch(alwaysImages::contains) || columns.stateImages(valued);
  }

  @Override
  public void close() throws IOException {
    for (IndexedText text : texts) {
      text.close();
    }
  }
}
