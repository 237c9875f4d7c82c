package org.rsavlm.train.cli;

import org.rsavlm.train.monitor.BuildInfo;
import picocli.CommandLine.IVersionProvider;

/** What {@code rsa --version} prints. */
final class Version implements IVersionProvider {

  @Override
  public String[] getVersion() {
    BuildInfo build = BuildInfo.current();
    return new String[] {"rsa " + build.version() + " (commit " + build.commit() + ")"};
  }
}
