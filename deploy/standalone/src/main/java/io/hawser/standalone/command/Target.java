package io.hawser.standalone.command;

import io.hawser.rpc.directory.ApiKey;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which platform and key a command uses: those that {@code up} wrote down, where no option says otherwise. */
final class Target {
    @Option(names = "--up", paramLabel = "FILE", description = "What 'up' wrote (default: .hawser/up.json).")
    private @Nullable Path up;

    @Option(names = "--center", paramLabel = "URL", description = "The API, such as http://127.0.0.1:8080.")
    private @Nullable String center;

    @Option(
            names = "--api-key",
            paramLabel = "KEY",
            defaultValue = "${env:HAWSER_API_KEY}",
            description = "The app's key (default: $HAWSER_API_KEY, else the demo app's).")
    private @Nullable String apiKey;

    private @Nullable RunningPlatform running;

    CenterApi center() {
        return new CenterApi(center != null ? List.of(center) : running().allCenters(), apiKey());
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
        if (running == null) {
            running = RunningPlatform.read(up != null ? up : RunningPlatform.file(home()));
        }
        return running;
    }
}
