package org.rsavlm.models.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rsavlm.core.UserException;

/** Headers are untrusted: each fault is a {@link UserException}, never another throwable. */
final class DamagedFileTest {

  private static final String TENSOR =
      "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";

  @TempDir private Path dir;

  private Path file() {
    return dir.resolve("x.safetensors");
  }

  private static void open(Path file) {
    SafetensorsReader.open(file).close();
  }

  private void write(byte[] bytes) throws IOException {
    Files.deleteIfExists(file()); // some file systems sync a file that is cut and written anew
    Files.write(file(), bytes);
  }

  @Test
  void truncationAtEveryByte() throws IOException {
    byte[] whole = Files.readAllBytes(Fixtures.path("every-dtype.safetensors"));
    for (int length = 0; length < whole.length; length++) {
      write(Arrays.copyOf(whole, length));
      assertThat(catchThrowable(() -> open(file())))
          .as("cut to %s bytes", length)
          .isInstanceOf(UserException.class)
          .hasMessageStartingWith(file() + ": ");
    }
  }

  @Test
  void flippedBitsAreAUserExceptionOrHarmless() throws IOException {
    byte[] whole = Files.readAllBytes(Fixtures.path("every-dtype.safetensors"));
    int headerEnd = 8 + (int) ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
    int refused = 0;
    for (int position = 0; position < headerEnd; position++) {
      byte[] damaged = whole.clone();
      damaged[position] ^= (byte) (1 << (position % 8));
      refused += openDamaged(damaged, "bit flipped in byte " + position);
    }
    // Harmless are letters of names, spaces, and the shape [2, 3] as [3, 2] and the like.
    assertThat(refused).isGreaterThan(headerEnd / 2);
  }

  @Test
  void replacedBytesAreAUserExceptionOrHarmless() throws IOException {
    byte[] whole = Files.readAllBytes(Fixtures.path("every-dtype.safetensors"));
    int headerEnd = 8 + (int) ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
    byte[] nasty = "0-9.eE\"\\{}[],:nt \0\377\n".getBytes(StandardCharsets.ISO_8859_1);
    Random random = new Random(7);
    for (int round = 0; round < 1000; round++) {
      byte[] damaged = whole.clone();
      for (int i = 0; i <= round % 4; i++) {
        damaged[8 + random.nextInt(headerEnd - 8)] = nasty[random.nextInt(nasty.length)];
      }
      openDamaged(damaged, "round " + round);
    }
  }

  /** Returns 1 if the file was refused; fails on any other throwable. */
  private int openDamaged(byte[] bytes, String what) throws IOException {
    write(bytes);
    Throwable thrown = catchThrowable(() -> open(file()));
    if (thrown == null) {
      return 0;
    }
    assertThat(thrown)
        .as(what)
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(file() + ": ");
    assertThat(thrown.getMessage()).as(what).doesNotContain("\n", "\0");
    return 1;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[]                                                         | does not start with",
        "{} {}                                                      | more after the header",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]} | not valid JSON",
        "{\"x\":7}                                                  | tensor 'x': not a JSON object",
        "{\"x\":{}}                                                 | tensor 'x': dtype is missing",
        "{\"x\":{\"dtype\":\"F32\",\"data_offsets\":[0,8]}}         | shape is missing",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[2]}}                  | data_offsets is missing",
        "{\"x\":{\"dtype\":4,\"shape\":[2],\"data_offsets\":[0,8]}} | dtype is not a string",
        "{\"x\":{\"dtype\":\"F8_E4M3\",\"shape\":[8],\"data_offsets\":[0,8]}} | 'F8_E4M3' is not supp",
        "{\"x\":{\"dtype\":\"f32\",\"shape\":[2],\"data_offsets\":[0,8]}} | 'f32' is not supported",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":2,\"data_offsets\":[0,8]}} | shape is not a list",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[2.0],\"data_offsets\":[0,8]}} | other than whole numbers",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[[2]],\"data_offsets\":[0,8]}} | other than whole numbers",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}} | the negative number -2",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}} | takes 12 bytes, data_offsets",
        "{\"x\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[0,8]}} | takes 16 bytes, data_offsets",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}} | not [begin, end]",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8]}} | not [begin, end]",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8,9]}} | more than 2 numbers",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296,4],\"data_offsets\":[0,0]}} | too large",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4,0],\"data_offsets\":[0,0]}} | too large",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[18446744073709551615],\"data_offsets\":[0,8]}} | beyond 64 bits",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}} | end at 16, the file's data at 8",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}} | 4 bytes lie after the last tensor 'x'",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}} | leaves a hole after the header",
        "{\"__metadata__\":{\"a\":1}} | the value of 'a' is not a string",
        "{\"__metadata__\":{\"a\":{}}} | the value of 'a' is not a string",
        "{\"__metadata__\":[]} | not a JSON object",
        "{\"x\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},"
            + "\"y\":{\"dtype\":\"U8\",\"shape\":[6],\"data_offsets\":[2,8]}}"
            + " | tensor 'y': begins at 2, which overlaps with 'x' at 4",
        "{\"x\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},"
            + "\"x\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[4,8]}}"
            + " | the name 'x' stands twice",
        "{\"x\":{\"dtype\":\"U8\",\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}"
            + " | the key 'dtype' stands twice",
      })
  void everyKindOfFaultIsNamed(String header, String message) throws IOException {
    Fixtures.file(file(), header, 8);
    assertThatThrownBy(() -> open(file()))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(file() + ": ")
        .hasMessageContaining(message);
  }

  @Test
  void lengthsThatLie() throws IOException {
    for (long length : new long[] {-1, Long.MIN_VALUE, 100_000_001, 99_999_999, 58, 56, 2, 1, 0}) {
      Fixtures.file(file(), TENSOR, 8);
      byte[] bytes = Files.readAllBytes(file());
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
      Files.write(file(), bytes);
      assertThat(catchThrowable(() -> open(file())))
          .as("length %s", length)
          .isInstanceOf(UserException.class);
    }
  }

  @Test
  void deepNestingLongNumbersAndBadText() throws IOException {
    String nested = "{\"x\":{\"shape\":" + "[".repeat(100_000);
    String field = "{\"x\":{\"other\":" + "[".repeat(100_000);
    String number = "{\"x\":{\"shape\":[" + "9".repeat(100_000) + "]}}";
    String rank = "{\"x\":{\"shape\":[" + "1,".repeat(100_000) + "1]}}";
    String longName = "{\"" + "n".repeat(1_000_000) + "\":1}";
    for (String header : new String[] {nested, field, number, rank, longName}) {
      Fixtures.file(file(), header, 0);
      Throwable thrown = catchThrowable(() -> open(file()));
      assertThat(thrown).isInstanceOf(UserException.class);
      assertThat(thrown.getMessage()).hasSizeLessThan(1000);
    }
    Files.write(file(), new byte[] {4, 0, 0, 0, 0, 0, 0, 0, '{', '"', (byte) 0xff, '"'});
    assertThatThrownBy(() -> open(file()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("not valid UTF-8");
  }

  @Test
  void controlCharactersOfNamesStayOutOfMessages() throws IOException {
    Fixtures.file(file(), "{\"a\\u001b[31m\\n\\u202e\":1}", 0);
    assertThatThrownBy(() -> open(file()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("tensor 'a\\u001b[31m\\u000a\\u202e': not a JSON object");
  }

  @Test
  void anLfsPointerIsRecognised() throws IOException {
    Files.writeString(file(), "version https://git-lfs.github.com/spec/v1\noid sha256:00\n");
    assertThatThrownBy(() -> open(file()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("a Git LFS pointer, not the weights (fetch the file itself");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{                                             | not valid JSON at line 1",
        "[]                                            | not a JSON object",
        "{}                                            | weight_map is missing",
        "{\"weight_map\": []}                          | weight_map is [], not an object",
        "{\"weight_map\": {}}                          | weight_map is empty",
        "{\"weight_map\": {\"x\": 1}}                  | tensor 'x' is not a string",
        "{\"weight_map\": {\"x\": \"../y.safetensors\"}} | leads out of the directory",
        "{\"weight_map\": {\"x\": \"/etc/passwd\"}}    | leads out of the directory",
        "{\"weight_map\": {\"x\": \"sub/a\"}}          | leads out of the directory",
        "{\"weight_map\": {\"x\": \"..\"}}             | leads out of the directory",
        "{\"weight_map\": {\"x\": \"\"}}               | leads out of the directory",
        "{\"weight_map\": {\"x\": \"a\\u0000b\"}}      | leads out of the directory",
        "{\"weight_map\": {\"x\": \"none.safetensors\"}} | shard 'none.safetensors' is not there",
        "{\"weight_map\": {\"y\": \"x.safetensors\"}}  | 1 tensors are not in the shards",
        "{\"weight_map\": {\"x\": \"x.safetensors\", \"x\": \"x.safetensors\"}} | Duplicate field 'x'",
      })
  void aDamagedIndexIsNamed(String index, String message) throws IOException {
    Fixtures.file(file(), TENSOR, 8);
    Path file = Files.writeString(dir.resolve("model.safetensors.index.json"), index);
    assertThatThrownBy(() -> open(dir))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(message);
  }

  @Test
  void tensorsInTwoShardsCountAsTheIndexSays() throws IOException {
    Fixtures.file(dir.resolve("a"), TENSOR, 8);
    Fixtures.file(dir.resolve("b"), TENSOR.replace("\"x\"", "\"y\""), 8);
    Fixtures.file(dir.resolve("c"), TENSOR, 8);
    Path index = dir.resolve("model.safetensors.index.json");
    Files.writeString(index, "{\"weight_map\": {\"x\": \"c\", \"y\": \"b\"}}");
    open(dir);
    Files.writeString(index, "{\"weight_map\": {\"x\": \"a\", \"y\": \"b\"}}");
    try (SafetensorsReader reader = SafetensorsReader.open(dir)) {
      assertThat(reader.tensors()).containsOnlyKeys("x", "y");
    }
  }
}
