package org.rsavlm.eval.report;

/** What the numbers mean and what can't be concluded from them. */
final class ReadingGuide {
  private ReadingGuide() {}

  static String of(int seeds) {
    String spread =
        seeds > 1
            ? "<li><b>±</b> is the standard deviation over "
                + seeds
                + " seeds; differences are taken seed by seed. ▲ and ▼ appear only where all seeds"
                + " agree about the direction.</li>"
            : "<li>There is <b>one seed</b>: a difference may be chance. ▲ and ▼ give a direction,"
                + " not a proof.</li>";
    return "<section class=\"guide\"><h2>How to read this</h2><ul>"
        + "<li><b>Mutual-kNN</b>: of the 10 samples nearest to a sample by its image features, the"
        + " share that is also among the 10 nearest by its caption features. 1 is full agreement;"
        + " unrelated features score about 10 / (samples − 1), 0.010 for 1,000 samples.</li>"
        + "<li><b>LM loss</b>: mean negative log-likelihood of the right token, in nats. The RSA"
        + " loss competes with it, so it may rise; that cost belongs to the result.</li>"
        + "<li><b>RSA loss</b>: mean squared difference of the two distance matrices. It also falls"
        + " when all features shrink towards one point, so it says little alone.</li>"
        + spread
        + "<li>Alignment is a property of features. That it rises doesn't mean that answers get"
        + " better: look at the answers too. What a small model does on simple data need not hold"
        + " for a large one.</li></ul></section>";
  }
}
