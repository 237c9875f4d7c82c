package org.rsavlm.eval.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rsavlm.core.UserException;
import org.rsavlm.eval.alignment.FeatureMatrix;

/**
 * Against files of numpy and safetensors, see {@code make_feature_files.py}, and against bad ones.
 */
class FeatureFileTest {
  @TempDir Path temp;

  @ParameterizedTest
  @CsvSource({
    "features.safetensors#F64, 0",
    "features.safetensors#F32, 1e-7",
    "features.safetensors#F16, 1e-3",
    "features.safetensors#BF16, 1e-2",
    "features-f64.npy, 0",
    "features-f32.npy, 1e-7",
    "features-big-endian.npy, 0",
    "features.npz#f16, 1e-3",
    "features.npz#f64, 0",
    "features-compressed.npz#f32, 1e-7",
  })
  void readsWhatPythonWrote(String name, double relativeError) {
    try (FeatureFile file = FeatureFile.open(fixture(name))) {
      assertThat(file.layered()).isTrue();
      assertThat(file.layers()).isEqualTo(3);
      // Backwards too: a compressed entry is then read again from its start.
      for (int layer : new int[] {2, 0, 1, 2}) {
        FeatureMatrix x = file.layer(layer);
        assertThat(x.isDouble()).isEqualTo(relativeError == 0);
        assertThat(x.rows()).isEqualTo(4).isEqualTo(file.samples());
        assertThat(x.cols()).isEqualTo(5).isEqualTo(file.dimension());
        for (int i = 0; i < 4; i++) {
          for (int c = 0; c < 5; c++) {
            double value = Math.pow(-1, c) * (layer * 20 + i * 5 + c) / 7.0;
            double bound = relativeError * Math.abs(value);
            assertThat(x.get(i, c)).as("%d %d %d", layer, i, c).isCloseTo(value, within(bound));
          }
        }
      }
    }
  }

  @Test
  void oneArrayNeedsNoNameAndTwoDimensionsAreOneLayer() {
    try (FeatureFile file = FeatureFile.open(fixture("features-one.npz"))) {
      assertThat(file.layered()).isFalse();
      assertThat(file.layers()).isEqualTo(1);
      assertThat(file.layer(0).get(1, 0)).isEqualTo(5 / 7.0);
    }
    assertThatThrownBy(() -> FeatureFile.open(fixture("features.safetensors")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("6 arrays in it: 'BF16', 'F16'")
        .hasMessageContaining("FILE#NAME");
  }

  @Test
  void halvesOfEveryKind() {
    float[] values = {0, -0f, 0x1p-24f, -0x1p-15f, 0x1p-14f, 1.5f, 65504};
    int[] bits = {0, 0x8000, 1, 0x8200, 0x400, 0x3e00, 0x7bff};
    for (int i = 0; i < bits.length; i++) {
      assertThat(FeatureDtype.half((short) bits[i])).isEqualTo(values[i]);
    }
    assertThat(FeatureDtype.half((short) 0x7c00)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(FeatureDtype.half((short) 0xfe00)).isNaN();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "features.safetensors#I64 | elements of type INT64",
        "features.safetensors#vector | features of shape [5]",
        "features.safetensors#none | no tensor 'none'",
        "features.npz#none | no array 'none' in it, but 'f16', 'f64'",
        "features-f32.npy#x | holds one array without a name",
        "absent.npy | no such file",
        "absent.npz | no such file",
        "absent.safetensors#x | no such file",
        "features.pt | not a known kind of file",
      })
  void namesWhatIsWrongWithTheChoice(String name, String message) {
    String directory = fixture("features-f32.npy").replace("features-f32.npy", "");
    assertThatThrownBy(() -> FeatureFile.open(directory + name))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), } ! 25 ! needs",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), } ! 23 ! needs",
        "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), } ! 24 ! columns are stored first",
        "{'descr': '|O', 'fortran_order': False, 'shape': (2, 3), } ! 24 ! elements of type '|O'",
        "{'descr': '<i4', 'fortran_order': False, 'shape': (2, 3), } ! 24 ! elements of type '<i4'",
        "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (6,), } ! 24 ! not that of a plain",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2, -3), } ! 24 ! not that of a plain",
        "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), } ! 24 ! not that",
        "{'descr': '<f4', 'shape': (2, 3), } ! 24 ! not that of a plain array",
        "__import__('os').system('true') ! 24 ! not that of a plain array",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), } ! 24 ! bounds",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999, 1), } ! 24 ! bounds",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 3), } ! 0 ! no dimension may be 0",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (6,), } ! 24 ! features of shape [6]",
      })
  void damagedNumpyFilesAreNamed(String header, int dataBytes, String message) throws IOException {
    Path file = temp.resolve("x.npy");
    Files.write(file, npy(header, dataBytes));
    assertThatThrownBy(() -> FeatureFile.open(file.toString()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5, 8, 9, 10, 40})
  void numpyFilesThatEndEarlyAreNamed(int length) throws IOException {
    byte[] whole = npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", 24);
    Path file = temp.resolve("x.npy");
    Files.write(file, Arrays.copyOf(whole, length));
    assertThatThrownBy(() -> FeatureFile.open(file.toString())).isInstanceOf(UserException.class);
  }

  @Test
  void anArchiveThatClaimsMoreThanItHoldsIsRefused() throws IOException {
    Path file = temp.resolve("x.npz");
    String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (20000, 20000), }";
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry("a.npy"));
      zip.write(npy(header, 24));
      zip.closeEntry();
    }
    assertThatThrownBy(() -> FeatureFile.open(file.toString()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("needs 1600000");
    // The directory at the end of the archive claims the size that the header needs.
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer archive = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int directory = archive.getInt(bytes.length - 22 + 16);
    archive.putInt(directory + 24, 1_600_000_000 + 10 + header.length());
    Files.write(file, bytes);
    assertThatThrownBy(() -> FeatureFile.open(file.toString()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("can't come from");
    Files.write(file, new byte[100]);
    assertThatThrownBy(() -> FeatureFile.open(file.toString()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("can't be read");
  }

  @Test
  void valuesThatAreNotFiniteAreNamedWithTheirPlace() throws IOException {
    byte[] bytes = npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2, 2), }", 32);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat(bytes.length - 8, Float.NaN);
    Path file = temp.resolve("x.npy");
    Files.write(file, bytes);
    try (FeatureFile features = FeatureFile.open(file.toString())) {
      assertThat(features.layer(0).get(0, 0)).isZero();
      assertThatThrownBy(() -> features.layer(1))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("x.npy: layer 1: value NaN in row 1, column 0");
    }
  }

  @Test
  void aHashMayBePartOfAName() throws IOException {
    Path file = temp.resolve("run#3.npy");
    Files.write(file, npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", 24));
    try (FeatureFile features = FeatureFile.open(file.toString())) {
      assertThat(features.samples()).isEqualTo(2);
    }
  }

  static byte[] npy(String header, int dataBytes) {
    ByteBuffer out = ByteBuffer.allocate(10 + header.length() + dataBytes);
    out.order(ByteOrder.LITTLE_ENDIAN);
    out.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
    out.put((byte) 1).put((byte) 0).putShort((short) header.length());
    out.put(header.getBytes(StandardCharsets.US_ASCII));
    return out.array();
  }

  private static String fixture(String name) {
    String file = name.replaceFirst("#.*", "");
    try {
      Path path =
          Path.of(
              Objects.requireNonNull(FeatureFileTest.class.getResource("/reference/" + file), file)
                  .toURI());
      return path + name.substring(file.length());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
