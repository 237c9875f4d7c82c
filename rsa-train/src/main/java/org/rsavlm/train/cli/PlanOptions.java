package org.rsavlm.train.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rsavlm.core.UserException;
import org.rsavlm.models.image.Resolution;
import org.rsavlm.train.plan.PlanAssumptions;
import picocli.CommandLine.Option;

/** The options for what neither recipe nor cluster says; mix them in. */
final class PlanOptions {

  private static final Pattern SIZE = Pattern.compile("(\\d{1,6})x(\\d{1,6})");
  private static final PlanAssumptions USUAL = PlanAssumptions.DEFAULT;

  @Option(
      names = "--efficiency",
      paramLabel = "SHARE",
      description = "of the peak that a step's operations reach (${DEFAULT-VALUE})")
  private double efficiency = USUAL.efficiency();

  @Option(
      names = "--overlap",
      paramLabel = "SHARE",
      description = "of communication that hides behind computation (${DEFAULT-VALUE})")
  private double overlap = USUAL.overlap();

  @Option(
      names = "--image-size",
      paramLabel = "WxH",
      description = "pixels of an average image, where tiles are cut (${DEFAULT-VALUE})")
  private String image = "640x480";

  @Option(
      names = "--text-tokens",
      paramLabel = "N",
      description = "trained tokens of an average sample (${DEFAULT-VALUE})")
  private int textTokens = USUAL.textTokens();

  @Option(
      names = "--overhead",
      paramLabel = "GB",
      description = "memory of a process without a model (${DEFAULT-VALUE})")
  private double overhead = USUAL.overheadGigabytes();

  @Option(names = "--replicated", description = "every rank holds the whole optimiser state")
  private boolean replicated;

  @Option(
      names = "--samples",
      paramLabel = "STAGE=N",
      split = ",",
      description =
          "samples of stages, with commas (default: the data's; where it isn't here, Table B.1's"
              + " 558000, 4000000 and 3200000 of stages 1, 1.5 and 2)")
  private Map<String, Long> samples = new LinkedHashMap<>();

  PlanAssumptions assumptions() {
    Matcher size = SIZE.matcher(image);
    if (!size.matches()) {
      throw new UserException("--image-size", "is '" + image + "'", "write WIDTHxHEIGHT: 640x480");
    }
    return new PlanAssumptions(
        efficiency,
        USUAL.linkEfficiency(),
        overlap,
        new Resolution(Integer.parseInt(size.group(1)), Integer.parseInt(size.group(2))),
        textTokens,
        overhead,
        USUAL.bucketMegabytes(),
        !replicated);
  }

  Map<String, Long> samples() {
    return samples;
  }
}
