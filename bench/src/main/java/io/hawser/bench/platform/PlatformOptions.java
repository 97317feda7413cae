package io.hawser.bench.platform;

import io.hawser.bench.measure.BenchException;
import io.hawser.bench.measure.Output;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which platform is measured: one that runs, or one that is started for it, each service a process. */
public final class PlatformOptions {
    @Option(
            names = "--against",
            paramLabel = "FILE",
            description =
                    "The up.json of a 'cluster up' that runs (default: a cluster of its own, one of each service).")
    private @Nullable Path against;

    @Option(
            names = "--jvm",
            paramLabel = "[SERVICE=]FLAG",
            description = "A flag for the JVMs of its own cluster's services, or of one: room=-XX:+UseZGC.")
    private List<String> jvmFlags = new ArrayList<>();

    @Option(
            names = "--set",
            paramLabel = "SERVICE.KEY=VALUE",
            description = "Configuration of its own cluster's services, as of 'cluster up'.")
    private List<String> settings = new ArrayList<>();

    /** A platform in use; one that was started for it ends when closed. */
    public interface Opened extends AutoCloseable {
        Hawser hawser();

        @Override
        void close();
    }

    /** @param flags of the JVMs, before those that were asked for */
    public Opened open(int rooms, List<String> flags, Output output) {
        Path file = against;
        return file == null ? start(rooms, flags, false, output) : running(Hawser.read(file), output);
    }

    /**
     * With clients that come by TLS.
     *
     * @param certificate what they believe of a platform that runs; one that is started for them makes its own
     */
    public Opened openTls(int rooms, List<String> flags, @Nullable Path certificate, Output output) {
        Path file = against;
        if (file == null) {
            return start(rooms, flags, true, output);
        }
        if (certificate == null) {
            throw new BenchException("--tls: with --against it wants a --certificate, which the clients believe");
        }
        return running(Hawser.read(file).overTls(certificate), output);
    }

    private Opened start(int rooms, List<String> flags, boolean tls, Output output) {
        List<String> all = new ArrayList<>(flags);
        all.addAll(jvmFlags);
        return OwnCluster.start(rooms, all, settings, tls, output);
    }

    private static Opened running(Hawser running, Output output) {
        return new Opened() {
            @Override
            public Hawser hawser() {
                return running;
            }

            @Override
            public void close() {
                output.progress("the platform at " + running.center() + " goes on");
            }
        };
    }
}
