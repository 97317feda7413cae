package io.hawser.bench.backend;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.hawser.bench.api.GrpcApi;
import io.hawser.bench.measure.BenchException;
import io.hawser.bench.measure.JavaProcess;
import io.hawser.bench.measure.Pause;
import io.hawser.bench.measure.Percentiles;
import io.hawser.bench.measure.Proc;
import io.hawser.bench.platform.Hawser;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.HdrHistogram.Histogram;

/** A {@link BackEndServer}, running, that the platform takes uplinks of a route to. For one thread. */
public final class BackEnd implements AutoCloseable {
    private static final long LOOK_MILLIS = 20;

    /** A line of the server. */
    record Told(long arrived, long repeated, long outOfOrder, long lastNanos, String latencies) {}

    /**
     * What came in a phase, each counted once.
     *
     * @param outOfOrder those that another one was to come before
     * @param lastNanos when the last one came: a reading of {@link System#nanoTime}
     * @param latencies from due to here, microseconds
     */
    public record Arrived(long arrived, long repeated, long outOfOrder, long lastNanos, Histogram latencies) {}

    private final JavaProcess process;
    private final GrpcApi api;
    private final String name = "bench-" + Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);

    private BackEnd(JavaProcess process, GrpcApi api) {
        this.process = process;
        this.api = api;
    }

    /**
     * Starts one, and has the app take uplinks of its {@link #route} there.
     *
     * @param host the address of this machine that coordinators reach
     */
    public static BackEnd start(Hawser hawser, String host) {
        BackEnd started = new BackEnd(
                JavaProcess.start(
                        BackEndServer.class.getName(), List.of("-Xmx256m", "-XX:+UseSerialGC"), List.of(host)),
                new GrpcApi(hawser.center(), hawser.app(), hawser.apiKey(), 1));
        try {
            String url = "http://" + host + ":" + started.line() + "/";
            started.api.createCallback(started.name, url, started.route()).join();
            return started;
        } catch (CompletionException e) {
            started.process.close();
            started.api.close();
            throw new BenchException("the center takes no callback: " + e.getCause(), e);
        }
    }

    /** No other callback of the app has it. */
    public String route() {
        return name;
    }

    public Proc proc() {
        return process.proc();
    }

    /** Counts from zero: from when this returns. */
    public void begin(int phase) {
        var _ = ask(BackEndServer.BEGIN + phase);
    }

    /** What came since {@link #begin}, once it is so much or nothing more came in time. */
    public Arrived await(long expected, Duration patience) {
        long giveUp = System.nanoTime() + patience.toNanos();
        Arrived now = count();
        while (now.arrived() < expected && System.nanoTime() - giveUp < 0) {
            Pause.millis(LOOK_MILLIS);
            now = count();
        }
        return now;
    }

    private Arrived count() {
        return ask(BackEndServer.TELL);
    }

    private Arrived ask(String question) {
        process.tell(question);
        try {
            Told told = new ObjectMapper().readValue(line(), Told.class);
            return new Arrived(
                    told.arrived(),
                    told.repeated(),
                    told.outOfOrder(),
                    told.lastNanos(),
                    Percentiles.histogram(told.latencies()));
        } catch (IOException e) {
            throw new BenchException("the back end tells no JSON", e);
        }
    }

    private String line() {
        try {
            String line = process.readLine();
            if (line != null) {
                return line;
            }
        } catch (IOException e) {
            throw new BenchException("the back end cannot be read", e);
        }
        throw new BenchException("the back end has ended");
    }

    @Override
    public void close() {
        try {
            api.deleteCallback(name).join();
        } catch (CompletionException e) {
            throw new BenchException("the callback " + name + " stays: " + e.getCause(), e);
        } finally {
            api.close();
            process.close();
        }
    }
}
