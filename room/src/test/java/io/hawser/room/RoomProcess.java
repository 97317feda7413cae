package io.hawser.room;

import io.hawser.keeper.Service;
import io.hawser.rpc.link.Peer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real room in a process of its own, whose memory is small; its neighbours are the test's. */
final class RoomProcess implements AutoCloseable {
    private final Process process;
    /** Where clients connect: "ip:port". */
    final String address;

    final int linkPort;

    private RoomProcess(Process process) throws IOException {
        this.process = process;
        BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
        this.address = said.readLine();
        this.linkPort = Integer.parseInt(said.readLine());
    }

    /** Starts one; it is not ready yet. */
    static RoomProcess start(List<String> memory, Peer register, Peer saver, Peer dispatcher) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(memory);
        command.addAll(List.of(
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseCompactObjectHeaders",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                RoomProcess.class.getName()));
        for (Peer peer : List.of(register, saver, dispatcher)) {
            command.add(Integer.toString(peer.port()));
        }
        try {
            return new RoomProcess(new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public static void main(String[] args) throws IOException {
        TestContext context = new TestContext(quickToLook());
        for (int i = 0; i < args.length; i++) {
            String service = List.of("register", "saver", "dispatcher").get(i);
            context.membership(service)
                    .set(new Peer(service, service + "-1", "127.0.0.1", Integer.parseInt(args[i]), 1, ""));
        }
        Service room = Room.start(context);
        System.out.println(context.advertised().attributes().get("addresses"));
        System.out.println(context.advertised().port());
        int ended = new InputStreamReader(System.in, StandardCharsets.UTF_8).read();
        room.close();
        System.exit(ended < 0 ? 0 : 1);
    }

    /** Whether the machine has the time for the room's loops is not what this is about. */
    private static RoomConfig quickToLook() {
        return TestPlatform.config(
                "overload: {checkEvery: 20ms, calmFor: 300ms, retryAfter: 1s}",
                "overload: {lagMs: {busy: 600000, overloaded: 600000, critical: 600000}}");
    }
}
