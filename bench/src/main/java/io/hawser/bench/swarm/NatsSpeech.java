package io.hawser.bench.swarm;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** NATS: a subscriber of one subject. */
final class NatsSpeech implements Speech {
    private static final byte[] PONG = "PONG\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PING = "PING\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int LINE_END_BYTES = 2;

    private final byte[] greeting;
    private final Counts counts;

    NatsSpeech(String subject, Counts counts) {
        this.greeting = ("CONNECT {\"verbose\":false,\"pedantic\":false}\r\nSUB " + subject + " 1\r\nPING\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        this.counts = counts;
    }

    @Override
    public byte[] greeting(Client client) {
        return greeting;
    }

    @Override
    public byte[] heartbeat() {
        return PING;
    }

    @Override
    public void hear(Client client, ByteBuffer in) {
        while (true) {
            int at = in.position();
            int lineEnd = lineEnd(in, at);
            if (lineEnd < 0) {
                return;
            }
            int end = lineEnd + LINE_END_BYTES;
            if (in.get(at) == 'M') {
                int bytes = lastNumber(in, lineEnd);
                int bodyAt = end;
                end += bytes + LINE_END_BYTES;
                if (end > in.limit()) {
                    return;
                }
                counts.delivered(in, Counts.holdsStamp(bytes) ? bodyAt : -1, 0);
            } else {
                take(client, in, at, lineEnd);
            }
            in.position(end);
        }
    }

    /** INFO needs no answer. */
    private static void take(Client client, ByteBuffer in, int at, int lineEnd) {
        if (in.get(at) == 'P') {
            if (in.get(at + 1) == 'I') {
                client.send(PONG);
            } else {
                client.up();
            }
        } else if (in.get(at) == '-') {
            byte[] line = new byte[lineEnd - at];
            in.get(at, line);
            client.refused(new String(line, StandardCharsets.US_ASCII), 0);
        }
    }

    private static int lineEnd(ByteBuffer in, int from) {
        for (int i = from; i + 1 < in.limit(); i++) {
            if (in.get(i) == '\r' && in.get(i + 1) == '\n') {
                return i;
            }
        }
        return -1;
    }

    private static int lastNumber(ByteBuffer in, int end) {
        int number = 0;
        int scale = 1;
        for (int i = end - 1; in.get(i) >= '0' && in.get(i) <= '9'; i--) {
            number += (in.get(i) - '0') * scale;
            scale *= 10;
        }
        return number;
    }
}
