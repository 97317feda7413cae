package io.hawser.standalone.command;

import io.hawser.rpc.directory.ApiKey;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which platform and key a command uses: those that {@code up} wrote down, where no option says otherwise. */
final class Target {
    @Mixin
    private final Platform platform = new Platform();

    @Option(
            names = "--api-key",
            paramLabel = "KEY",
            defaultValue = "${env:HAWSER_API_KEY}",
            description = "The app's key (default: $HAWSER_API_KEY, else the demo app's).")
    private @Nullable String apiKey;

    CenterApi center() {
        return new CenterApi(platform.centers(), apiKey());
    }

    /** The public part of the key: another platform has another one. */
    String keyId() {
        return ApiKey.parse(apiKey()).id();
    }

    /** The directory in which commands keep what is theirs: {@code .hawser} of this installation. */
    static Path state() {
        return home().resolve(".hawser");
    }

    static Path home() {
        return Path.of(System.getProperty("hawser.home", "."));
    }

    private String apiKey() {
        return apiKey != null ? apiKey : running().apiKey();
    }

    /** The platform that {@code up} wrote down. */
    RunningPlatform running() {
        return platform.running();
    }
}
