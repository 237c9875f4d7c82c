/**
 * The {@code rsa} command: one class a command, framed by {@link org.rsavlm.train.cli.Rsa}, which
 * turns exceptions into one-line errors and exit statuses. The only package that prints.
 *
 * <p>To add a command, write a {@link java.util.concurrent.Callable} with picocli's {@code
 * Command}, list it in {@code Rsa}, let it throw {@link org.rsavlm.core.UserException} for what the
 * user can mend, and let it print through {@code CommandOutput}, which keeps the {@code --json}
 * promise.
 */
@NullMarked
package org.rsavlm.train.cli;

import org.jspecify.annotations.NullMarked;
