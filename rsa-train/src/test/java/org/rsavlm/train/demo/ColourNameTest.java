package org.rsavlm.train.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColourNameTest {

  @ParameterizedTest
  @CsvSource({
    "FF0000, RED", "FF8800, ORANGE", "FFE000, YELLOW", "00A000, GREEN", "00D0E0, CYAN",
    "2040E0, BLUE", "8020C0, PURPLE", "FF90C0, PINK", "FFA0A0, PINK", "7A4A20, BROWN",
    "000000, BLACK", "404040, BLACK", "808080, GREY", "FFFFFF, WHITE", "F4F2F0, WHITE",
    "B0E0B0, GREEN", "FCC21B, YELLOW"
  })
  void namesAreEveryday(String rgb, ColourName name) {
    assertThat(ColourName.of(Integer.parseInt(rgb, 16))).isEqualTo(name);
  }

  @Test
  void theScenesColoursHaveTheirOwnName() {
    for (Scene.Colour colour : Scene.Colour.values()) {
      assertThat(ColourName.of(colour.rgb).word).isEqualTo(colour.word);
    }
  }
}
