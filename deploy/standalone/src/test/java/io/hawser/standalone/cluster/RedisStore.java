package io.hawser.standalone.cluster;

import io.hawser.stores.EmbeddedRedis;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A Redis that forgets, or dies, when it is told to; its port stays the same. */
public final class RedisStore {
    private final Path home;
    private EmbeddedRedis server;
    private int lives;

    RedisStore(Path home) {
        this.home = home;
        this.server = EmbeddedRedis.start(home.resolve("redis-0"), 0);
    }

    EmbeddedRedis server() {
        return server;
    }

    /** kill -9. */
    public void kill() {
        server.kill();
    }

    /** SIGSTOP: it takes bytes and answers nothing. */
    public void pause() throws Exception {
        Cluster.signal("STOP", server.pid());
    }

    public void resume() throws Exception {
        Cluster.signal("CONT", server.pid());
    }

    /** Starts it again after a kill: with nothing in it. */
    public void startEmpty() {
        lives++;
        server = EmbeddedRedis.start(home.resolve("redis-" + lives), server.port());
    }

    /** FLUSHALL. */
    public void flush() throws IOException {
        String answer = ask("FLUSHALL", 5);
        if (!answer.equals("+OK\r\n")) {
            throw new AssertionError("FLUSHALL: " + answer);
        }
    }

    /** Whether messages of the user wait in it. */
    public boolean holds(String app, String user) throws IOException {
        return !ask("KEYS *}l:" + app + "/" + user, 4).equals("*0\r\n");
    }

    /** The first bytes of the answer to a command. */
    private String ask(String command, int bytes) throws IOException {
        try (Socket redis = new Socket(server.host(), server.port())) {
            OutputStream out = redis.getOutputStream();
            out.write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            return new String(redis.getInputStream().readNBytes(bytes), StandardCharsets.US_ASCII);
        }
    }
}
