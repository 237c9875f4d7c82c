package org.rsavlm.models.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rsavlm.core.UserException;
import org.rsavlm.models.hub.HfDirectory;
import org.rsavlm.models.hub.JsonConfig;

class PreprocessorConfigTest {

  private static final String SHAPE =
      "\"size\":{\"height\":384,\"width\":384},\"image_mean\":[0.5,0.5,0.5],\"image_std\":0.5";

  @TempDir Path directory;

  private static PreprocessorConfig parse(String extra) throws IOException {
    String json = "{" + SHAPE + (extra.isEmpty() ? "" : ",") + extra + "}";
    return PreprocessorConfig.parse(JsonConfig.of("conf.json", new ObjectMapper().readTree(json)));
  }

  @Test
  void siglipAndOneVisionAreRead() throws IOException {
    assertThat(parse("")).isEqualTo(new PreprocessorConfig(ImageProcessor.siglip(384), List.of()));
    PreprocessorConfig oneVision =
        parse(
            "\"image_processor_type\":\"LlavaOnevisionImageProcessor\",\"resample\":2,"
                + "\"do_center_crop\":null,\"image_grid_pinpoints\":[[384,768],[1152,384]]");
    assertThat(oneVision.processor().resampler()).isEqualTo(Resampler.BILINEAR);
    assertThat(oneVision.resolutions())
        .containsExactly(new Resolution(768, 384), new Resolution(384, 1152));
  }

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    PreprocessorConfig config = parse("\"image_grid_pinpoints\":[[384,768],[1152,384]]");
    Files.writeString(
        directory.resolve(HfDirectory.PREPROCESSOR_CONFIG), config.toJson().toPrettyString());
    assertThat(PreprocessorConfig.load(new HfDirectory(directory))).isEqualTo(config);
  }

  @Test
  void theNestedFormIsReadAndAMissingFileNamed() throws IOException {
    HfDirectory model = new HfDirectory(directory);
    assertThatThrownBy(() -> PreprocessorConfig.load(model))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("preprocessor_config.json: no such file");
    Files.writeString(
        directory.resolve("processor_config.json"), "{\"image_processor\":{" + SHAPE + "}}");
    assertThat(PreprocessorConfig.load(model).processor()).isEqualTo(ImageProcessor.siglip(384));
  }

  @Test
  void unsupportedValuesAreNamed() {
    refused("\"do_resize\":false", "conf.json: unsupported: do_resize=false");
    refused("\"resample\":0", "unsupported: resample=0 (supported: 1 (Lanczos)");
    refused("\"do_center_crop\":true", "unsupported: do_center_crop=true");
    refused(
        "\"image_processor_type\":\"CLIPImageProcessor\"",
        "unsupported: image_processor_type=\"CLIPImageProcessor\"");
    refused("\"image_grid_pinpoints\":[[384]]", "image_grid_pinpoints is [[384]], not a list");
    refused("\"rescale_factor\":0", "conf.json: rescale_factor 0.0; must be positive and finite");
  }

  private static void refused(String extra, String message) {
    assertThatThrownBy(() -> parse(extra))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(message);
  }

  @Test
  void theShapeOfThePixelsMustBeThere() throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    assertThatThrownBy(
            () -> PreprocessorConfig.parse(JsonConfig.of("a", mapper.readTree("{\"size\":384}"))))
        .hasMessageContaining("image_mean is missing");
    assertThatThrownBy(
            () ->
                PreprocessorConfig.parse(
                    JsonConfig.of("a", mapper.readTree("{\"size\":{\"shortest_edge\":384}}"))))
        .hasMessageContaining("unsupported: size={\"shortest_edge\":384}");
  }
}
