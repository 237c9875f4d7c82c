package org.rsavlm.core.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rsavlm.core.UserException;

final class AtomicFilesTest {

  @TempDir private Path dir;

  @Test
  void writesAndReplaces() throws IOException {
    Path file = dir.resolve("a/b/report.json");
    AtomicFiles.write(file, "eins");
    AtomicFiles.write(file, "zwei ü");
    assertThat(file).content().isEqualTo("zwei ü");
    assertThat(names(dir.resolve("a/b"))).containsExactly("report.json");
  }

  @Test
  void takesTheNameOnlyWhenWhole() throws IOException {
    Path file = dir.resolve("weights");
    AtomicFiles.write(file, "old");
    AtomicFiles.write(
        file,
        channel -> {
          channel.write(ByteBuffer.wrap(new byte[100]));
          assertThat(file).content().isEqualTo("old");
        });
    assertThat(file).hasSize(100);
  }

  @Test
  void failureOfTheCallerLeavesTheOldFileAndNoTemporary() throws IOException {
    Path file = dir.resolve("weights");
    AtomicFiles.write(file, "old");
    IllegalStateException fault = new IllegalStateException("mine");
    assertThatThrownBy(
            () ->
                AtomicFiles.write(
                    file,
                    channel -> {
                      channel.write(ByteBuffer.wrap(new byte[100]));
                      throw fault;
                    }))
        .isSameAs(fault);
    assertThat(file).content().isEqualTo("old");
    assertThat(names(dir)).containsExactly("weights");
  }

  @Test
  void faultOfTheFileSystemNamesTheTarget() throws IOException {
    Path file = dir.resolve("weights");
    assertThatThrownBy(
            () ->
                AtomicFiles.write(
                    file,
                    channel -> {
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(file + ": cannot be written: No space left on device (");
    Files.createDirectories(dir.resolve("taken/inside"));
    assertThatThrownBy(() -> AtomicFiles.write(dir.resolve("taken"), "text"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("taken: cannot be written: ");
    assertThat(names(dir)).containsExactly("taken");
  }

  @Test
  void aParentThatIsAFileIsSaid() {
    AtomicFiles.write(dir.resolve("file"), "text");
    assertThatThrownBy(() -> AtomicFiles.write(dir.resolve("file/below"), "text"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("below: cannot be written: ");
  }

  /** A real write that the kernel refuses half-way: a child process with a limit on file sizes. */
  @Test
  void aRefusedWriteLeavesNothingUnderAnyName() throws Exception {
    Path file = dir.resolve("big");
    String java = ProcessHandle.current().info().command().orElseThrow();
    Process child =
        new ProcessBuilder(
                "bash",
                "-c",
                "trap '' XFSZ; ulimit -f 64; exec \"$@\"",
                "bash",
                java,
                "-Xmx64m",
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty("java.class.path"),
                WriteTooMuch.class.getName(),
                file.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(output).contains("UserException: " + file + ": cannot be written: File too large");
    assertThat(names(dir)).isEmpty();
  }

  /** Main class of the child process. */
  static final class WriteTooMuch {
    public static void main(String[] args) {
      AtomicFiles.write(Path.of(args[0]), new byte[1 << 20]);
    }
  }

  @Test
  void directoryReplacesTheOldOneWhole() throws IOException {
    Path model = dir.resolve("model");
    AtomicFiles.writeDirectory(
        model,
        d -> {
          Files.createDirectories(d.resolve("sub"));
          Files.writeString(d.resolve("sub/one"), "1");
        });
    AtomicFiles.writeDirectory(
        model,
        d -> {
          Files.writeString(d.resolve("two"), "2");
          assertThat(names(model)).containsExactly("sub");
        });
    assertThat(names(model)).containsExactly("two");
    assertThat(names(dir)).containsExactly("model");
  }

  @Test
  void aPendingDirectoryAppearsWithAllThatWasPutInto() throws IOException {
    Path target = dir.resolve("checkpoint");
    try (PendingDirectory pending = PendingDirectory.of(target)) {
      AtomicFiles.write(pending.path().resolve("state"), "1");
      try (PendingDirectory inner = PendingDirectory.of(pending.path().resolve("model"))) {
        Files.writeString(inner.path().resolve("weights"), "2");
        inner.commit();
      }
      assertThat(names(pending.path())).containsExactly("model", "state");
      assertThat(target).doesNotExist();
      pending.commit();
    }
    assertThat(target.resolve("model/weights")).content().isEqualTo("2");
    try (PendingDirectory pending = PendingDirectory.of(target)) {
      AtomicFiles.write(pending.path().resolve("state"), "3");
    }
    assertThat(target.resolve("state")).content().isEqualTo("1");
    assertThat(names(dir)).containsExactly("checkpoint");
  }

  @Test
  void failedDirectoryLeavesTheOldOne() throws IOException {
    Path model = dir.resolve("model");
    AtomicFiles.writeDirectory(model, d -> Files.writeString(d.resolve("one"), "1"));
    assertThatThrownBy(
            () ->
                AtomicFiles.writeDirectory(
                    model,
                    d -> {
                      Files.writeString(d.resolve("two"), "2");
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(model + ": cannot be written: No space left on device");
    assertThat(names(model)).containsExactly("one");
    assertThat(names(dir)).containsExactly("model");
  }

  @Test
  void deletingATreeDoesNotFollowLinks() throws IOException {
    Path kept = Files.writeString(dir.resolve("kept"), "text");
    Path tree = Files.createDirectories(dir.resolve("tree"));
    Files.createSymbolicLink(tree.resolve("link"), kept);
    AtomicFiles.deleteTree(tree);
    AtomicFiles.deleteTree(dir.resolve("never there"));
    assertThat(names(dir)).containsExactly("kept");
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }
}
