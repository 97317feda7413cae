package io.hawser.client;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Connects to the first of several addresses that answers. The next attempt starts when the one before has failed or
 * has taken {@code spacing}, so the best address wins unless it is slow (RFC 8305, section 5). Each attempt has a
 * thread of its own, for a socket's connect cannot be waited for otherwise; the losers are closed, which ends them.
 */
final class ConnectRace {
    private final Dialer dialer;
    private final ThreadFactory threads;
    private final long spacingNanos;
    private final int maxAttempts;

    ConnectRace(Dialer dialer, ThreadFactory threads, long spacingNanos, int maxAttempts) {
        this.dialer = dialer;
        this.threads = threads;
        this.spacingNanos = spacingNanos;
        this.maxAttempts = maxAttempts;
    }

    /** A connection and the address it goes to. */
    static final class Winner {
        final String address;
        /** What to speak through: TLS where that is configured. */
        final Socket socket;
        /** The TCP connection beneath, which closes at once, whatever TLS has still to say. */
        final Socket beneath;

        Winner(String address, Socket socket, Socket beneath) {
            this.address = address;
            this.socket = socket;
            this.beneath = beneath;
        }
    }

    /**
     * Returns the first connection made.
     *
     * @param failed told each address that did not work
     * @throws IOException where none worked
     */
    Winner run(List<String> addresses, Consumer<String> failed) throws IOException, InterruptedException {
        Iterator<String> next = addresses.stream().limit(maxAttempts).iterator();
        BlockingQueue<Attempt> done = new LinkedBlockingQueue<>();
        List<Attempt> running = new ArrayList<>();
        IOException why = new IOException("no address to connect to");
        try {
            while (next.hasNext() || !running.isEmpty()) {
                if (next.hasNext()) {
                    running.add(start(next.next(), done));
                }
                Attempt attempt = next.hasNext() ? done.poll(spacingNanos, TimeUnit.NANOSECONDS) : done.take();
                if (attempt == null) {
                    continue;
                }
                running.remove(attempt);
                if (attempt.connected != null) {
                    return new Winner(attempt.address, attempt.connected, attempt.socket);
                }
                failed.accept(attempt.address);
                why = attempt.failure();
            }
        } finally {
            running.forEach(Attempt::abandon);
        }
        throw why;
    }

    private Attempt start(String address, BlockingQueue<Attempt> done) {
        Attempt attempt = new Attempt(address, done);
        threads.newThread(attempt).start();
        return attempt;
    }

    private final class Attempt implements Runnable {
        private final String address;
        private final BlockingQueue<Attempt> done;
        private final Socket socket = new Socket();
        // Both are written before the attempt is put into the queue, and read after it was taken out.
        private @Nullable Socket connected;
        private @Nullable Exception failure;

        Attempt(String address, BlockingQueue<Attempt> done) {
            this.address = address;
            this.done = done;
        }

        @Override
        public void run() {
            try {
                connected = dialer.dial(socket, address);
            } catch (IOException | RuntimeException e) {
                failure = e;
                abandon();
            }
            done.add(this);
        }

        IOException failure() {
            return new IOException(address + ": " + failure, failure);
        }

        void abandon() {
            try {
                socket.close();
            } catch (IOException e) {
                // It is given up in any case, and the operating system has it closed.
            }
        }
    }
}
