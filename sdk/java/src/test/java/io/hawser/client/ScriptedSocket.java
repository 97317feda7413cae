package io.hawser.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;

/** A connection to a room that says what it says, whatever it hears, and ends; one that does not read takes HELLO alone. */
final class ScriptedSocket extends Socket {
    private final ByteArrayInputStream speech;
    private final boolean isRead;
    private final Runnable atTheEnd;
    private final CountDownLatch closed = new CountDownLatch(1);
    private boolean greeted;

    /** @param atTheEnd run once all was heard */
    ScriptedSocket(byte[] speech, boolean isRead, Runnable atTheEnd) {
        this.speech = new ByteArrayInputStream(speech);
        this.isRead = isRead;
        this.atTheEnd = atTheEnd;
    }

    @Override
    public InputStream getInputStream() {
        return new InputStream() {
            @Override
            public int read() {
                throw new UnsupportedOperationException("one at a time: nobody does so");
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                int count = speech.read(into, offset, length);
                if (count < 0) {
                    atTheEnd.run();
                }
                return count;
            }
        };
    }

    @Override
    public OutputStream getOutputStream() {
        return new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                write(new byte[] {(byte) one}, 0, 1);
            }

            @Override
            public void write(byte[] from, int offset, int length) throws IOException {
                if (greeted && !isRead) {
                    awaitClosed();
                }
                greeted = true;
                if (isClosed()) {
                    throw new IOException("closed");
                }
            }
        };
    }

    private void awaitClosed() throws IOException {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void setSoTimeout(int millis) {
        // It never waits.
    }

    @Override
    public boolean isClosed() {
        return closed.getCount() == 0;
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
