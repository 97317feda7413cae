package io.hawser.standalone.command;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which app of which platform a command uses: the demo app, where no option says otherwise. */
final class AppTarget {
    @Mixin
    private final Target target = new Target();

    @Option(names = "--app", paramLabel = "APP", description = "The app (default: the demo app).")
    private @Nullable String app;

    String app() {
        return app != null ? app : target.running().app();
    }

    Target platform() {
        return target;
    }

    CenterApi center() {
        return target.center();
    }
}
