package io.hawser.keeper.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Where ZooKeeper is if nobody says so: that of the platform that was started last from this installation, as the other
 * commands find it. {@code HAWSER_ZOOKEEPER} goes before it.
 */
final class LocalPlatform implements IDefaultValueProvider {
    private static final Logger LOG = LoggerFactory.getLogger(LocalPlatform.class);
    private static final String OPTION = "--zookeeper";
    private static final String VARIABLE = "HAWSER_ZOOKEEPER";

    private final @Nullable Path home;

    /** @param home of the installation; null: the launcher did not name one */
    LocalPlatform(@Nullable Path home) {
        this.home = home;
    }

    /** Of the installation that this process was started from. */
    static LocalPlatform ofThisProcess() {
        String home = System.getProperty("hawser.home");
        return new LocalPlatform(home == null ? null : Path.of(home));
    }

    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
        boolean asked =
                argument instanceof OptionSpec option && option.longestName().equals(OPTION);
        return asked && System.getenv(VARIABLE) == null && home != null
                ? zooKeeper(home.resolve(".hawser").resolve("up.json"))
                : null;
    }

    private static @Nullable String zooKeeper(Path file) {
        try {
            return Files.exists(file)
                    ? new ObjectMapper()
                            .readTree(file.toFile())
                            .path("zookeeper")
                            .asText(null)
                    : null;
        } catch (IOException e) {
            LOG.warn("{} is not what 'up' writes, and is passed over: {}", file, e.toString());
            return null;
        }
    }
}
