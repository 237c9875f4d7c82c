package org.rsavlm.models.llava;

import java.nio.file.Path;
import java.util.List;
import org.rsavlm.core.torch.TorchDtype;

/**
 * What an import has written.
 *
 * @param directory the new directory
 * @param config its config
 * @param dtype the element type that its config names
 * @param tensors number of tensors
 * @param parameters number of scalars
 * @param dropped tensors of the sources that the result does not hold, by their stored names
 * @param addedRows rows that the embedding got for {@code <image>} and {@code <video>}
 */
public record ImportReport(
    Path directory,
    VlmConfig config,
    TorchDtype dtype,
    int tensors,
    long parameters,
    List<String> dropped,
    int addedRows) {}
