package io.hawser.bench.chaos.load;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hawser.bench.chaos.history.Cast;
import io.hawser.bench.chaos.history.Endpoint;
import io.hawser.bench.chaos.history.Event;
import io.hawser.bench.chaos.history.EventLines;
import io.hawser.bench.chaos.history.History;
import io.hawser.bench.measure.BenchException;
import io.hawser.bench.measure.JavaProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Some of the cast's devices, in a process that may be killed and begins again where the disk says. */
public final class Phones implements AutoCloseable {
    private static final List<String> JVM =
            List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError");

    private final ObjectMapper json = new ObjectMapper();
    private final List<String> arguments = new ArrayList<>();
    private final Cast cast;
    private final Map<Endpoint, String> tokens;
    private final History history;
    private final Mishaps mishaps;
    private final Map<Endpoint, Integer> lives = new HashMap<>();
    private final Set<Endpoint> wanted = new HashSet<>();
    private final Set<Life> running = new HashSet<>();
    private final Set<Endpoint> bound = new HashSet<>();
    private volatile @Nullable Running process;

    private record Running(JavaProcess process, Thread reader) {}

    /** Of a client, which has been told to start and has not told that it ended. */
    private record Life(Endpoint endpoint, int number) {}

    /** @param tokens of those that are here */
    Phones(
            Path directory,
            List<String> dispatchers,
            Cast cast,
            Map<Endpoint, String> tokens,
            History history,
            Mishaps mishaps) {
        this.cast = cast;
        this.tokens = Map.copyOf(tokens);
        this.history = history;
        this.mishaps = mishaps;
        arguments.add(directory.toString());
        arguments.addAll(dispatchers);
        process = run();
    }

    Set<Endpoint> endpoints() {
        return tokens.keySet();
    }

    synchronized void start(Endpoint endpoint) {
        if (wanted.add(endpoint)) {
            begin(endpoint);
        }
    }

    synchronized void stop(Endpoint endpoint) {
        if (wanted.remove(endpoint)) {
            tell(Order.stop(endpoint));
        }
    }

    /** Begins anew, whether it is there, or was ended because another device took its place. */
    synchronized void restart(Endpoint endpoint) {
        stop(endpoint);
        start(endpoint);
    }

    synchronized void sendUp(Endpoint endpoint, String text) {
        tell(Order.sendUp(endpoint, text));
    }

    synchronized void move(Endpoint endpoint) {
        tell(Order.move(endpoint));
    }

    /** Whether all that are wanted are bound. */
    synchronized boolean areBound() {
        return process != null && bound.containsAll(wanted);
    }

    synchronized boolean isBound(Endpoint endpoint) {
        return bound.contains(endpoint);
    }

    /** Whether none of these runs any more; others' are none of its own. */
    synchronized boolean haveEnded(Collection<Endpoint> some) {
        return running.stream().noneMatch(life -> some.contains(life.endpoint));
    }

    /** SIGKILL. */
    public void kill() {
        Running killed;
        synchronized (this) {
            killed = process;
            process = null;
        }
        if (killed == null) {
            return;
        }
        killed.process.kill();
        long atNanos = System.nanoTime();
        // What it told before is still on its way.
        join(killed.reader);
        killed.process.close();
        synchronized (this) {
            running.forEach(life -> history.add(new Event.Crashed(atNanos, life.endpoint, life.number)));
            running.clear();
            bound.clear();
        }
    }

    /** SIGSTOP: rooms hold connections on which nobody speaks, nor reads. */
    public void pause() {
        Running there = process;
        if (there != null) {
            long atNanos = System.nanoTime();
            endpoints().forEach(endpoint -> history.add(new Event.Paused(atNanos, endpoint)));
            there.process.pause();
        }
    }

    /** Waits for nobody: who gives it an order that its pipe has no place for waits for this. */
    public void resume() {
        Running there = process;
        if (there != null) {
            there.process.resume();
            long atNanos = System.nanoTime();
            endpoints().forEach(endpoint -> history.add(new Event.Resumed(atNanos, endpoint)));
        }
    }

    /** Begins again after a {@link #kill}, with all that are wanted. */
    public synchronized void revive() {
        if (process == null) {
            process = run();
            wanted.forEach(this::begin);
        }
    }

    @Override
    public void close() {
        Running ending;
        synchronized (this) {
            ending = process;
            process = null;
        }
        if (ending != null) {
            ending.process.close();
            join(ending.reader);
        }
    }

    private void begin(Endpoint endpoint) {
        if (process == null) {
            return;
        }
        int life = lives.merge(endpoint, 1, Integer::sum);
        running.add(new Life(endpoint, life));
        bound.remove(endpoint);
        tell(Order.start(
                endpoint, life, tokens.getOrDefault(endpoint, ""), cast.groups().getOrDefault(endpoint, Set.of())));
    }

    private int life(Endpoint endpoint) {
        return lives.getOrDefault(endpoint, 0);
    }

    private void tell(Order order) {
        Running told = process;
        if (told == null) {
            return;
        }
        try {
            told.process.tell(json.writeValueAsString(order));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an order is records and text", e);
        }
    }

    private Running run() {
        JavaProcess started = JavaProcess.start(PhonesProcess.class.getName(), JVM, arguments);
        return new Running(started, Thread.ofPlatform().name("phones").start(() -> read(started)));
    }

    // What is not written down cannot be checked, whatever the reason.
    @SuppressWarnings("CatchingUnchecked")
    private void read(JavaProcess from) {
        try {
            for (String line = from.readLine(); line != null; line = from.readLine()) {
                if (line.startsWith(PhonesProcess.FAILED)) {
                    mishaps.happened(line.substring(PhonesProcess.FAILED.length()));
                } else {
                    heard(EventLines.read(line));
                }
            }
        } catch (IOException killed) {
            // Its end of the pipe is gone, and all that was in it has been read.
        } catch (RuntimeException | Error e) {
            // Of one that was killed the last line may be half a line: then it was not told.
            if (isWanted(from) || e instanceof BenchException) {
                mishaps.happened("what devices told", e);
            }
        }
        if (isWanted(from)) {
            mishaps.happened("the process of " + endpoints().size() + " devices has ended by itself");
        }
    }

    private synchronized boolean isWanted(JavaProcess from) {
        return process != null && process.process.equals(from);
    }

    private void heard(Event event) {
        history.add(event);
        switch (event) {
            case Event.State state -> changed(state);
            case Event.Ended ended -> ended(ended);
            default -> {
                // Of the history alone.
            }
        }
    }

    private synchronized void changed(Event.State state) {
        if (state.life() == life(state.endpoint())) {
            if (state.state().equals("BOUND")) {
                bound.add(state.endpoint());
            } else {
                bound.remove(state.endpoint());
            }
            // It does not come back by itself: another device has taken its place, or so it should be.
            if (state.state().equals("CLOSED") && wanted.remove(state.endpoint())) {
                tell(Order.stop(state.endpoint()));
            }
        }
    }

    private synchronized void ended(Event.Ended ended) {
        running.remove(new Life(ended.endpoint(), ended.life()));
        if (ended.life() == life(ended.endpoint())) {
            bound.remove(ended.endpoint());
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }
}
