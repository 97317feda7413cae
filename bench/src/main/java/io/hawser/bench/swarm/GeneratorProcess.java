package io.hawser.bench.swarm;

import io.hawser.bench.measure.BenchException;
import io.hawser.bench.measure.JavaProcess;
import io.hawser.bench.measure.Proc;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** A {@link Generator}, running. May be used by any thread. */
final class GeneratorProcess implements AutoCloseable {
    private final JavaProcess process;
    private final Map<Class<? extends Told>, CompletableFuture<Told>> wanted = new ConcurrentHashMap<>();

    private GeneratorProcess(JavaProcess process) {
        this.process = process;
    }

    static GeneratorProcess start() {
        GeneratorProcess started =
                new GeneratorProcess(JavaProcess.start(Generator.class, "-Xmx768m", "-Xms256m", "-XX:+UseSerialGC"));
        Thread.ofVirtual().start(started::listen);
        return started;
    }

    Proc proc() {
        return process.proc();
    }

    /** Orders, and completes with the answer. One answer of a kind may be awaited at a time. */
    <T extends Told> CompletableFuture<T> ask(Order order, Class<T> answer) {
        CompletableFuture<Told> told = new CompletableFuture<>();
        wanted.put(answer, told);
        tell(order);
        return told.thenApply(answer::cast);
    }

    void tell(Order order) {
        process.tell(Lines.of(order));
    }

    private void listen() {
        try {
            for (String line = process.readLine(); line != null; line = process.readLine()) {
                Told told = Lines.answer(line);
                CompletableFuture<Told> waiting = wanted.remove(told.getClass());
                if (waiting != null) {
                    waiting.complete(told);
                }
            }
        } catch (IOException e) {
            System.err.println("generator: " + e.getMessage());
        } finally {
            wanted.values()
                    .forEach(waiting -> waiting.completeExceptionally(new BenchException("a generator has ended")));
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
