package io.hawser.room.connection;

import io.hawser.room.fuzz.Choices;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.Deflater;

/** What stands before frames and around them, such as proxies and browsers send it: sound as a rule, and damaged. */
final class Speech {
    private static final byte[] SIGNATURE = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a");
    private static final int PROXY = 0x21;
    private static final int LOCAL = 0x20;
    private static final int TCP4 = 0x11;
    private static final List<Integer> FAMILIES = List.of(TCP4, 0x21, 0x31, 0x12, 0x00, 0x44);
    private static final List<String> METHODS = List.of("GET", "POST", "get", "");
    private static final List<String> VERSIONS = List.of("13", "8", "x", "");
    private static final List<String> KEYS = List.of("dGhlIHNhbXBsZSBub25jZQ==", "short", "");
    private static final List<String> ORIGINS = List.of("", "https://example.com", "https://evil.example", "null");
    private static final List<String> EXTENSIONS = List.of(
            "permessage-deflate; client_no_context_takeover; server_no_context_takeover",
            "permessage-deflate",
            "permessage-deflate; server_max_window_bits=99",
            "x-other; a=\"b",
            ";;=");
    private static final List<Integer> OPCODES = List.of(2, 0, 1, 8, 9, 10, 3, 11);

    private final Choices choices;
    private boolean sound = true;
    private boolean deflated;

    Speech(Choices choices) {
        this.choices = choices;
    }

    /** Whether all so far was as it should be. */
    boolean isSound() {
        return sound;
    }

    private boolean seldom() {
        return choices.below(8) == 7;
    }

    private <T> T of(List<T> some, int soundOnes) {
        T one = seldom() ? choices.of(some) : some.getFirst();
        sound &= some.indexOf(one) < soundOnes;
        return one;
    }

    /** PROXY protocol, version 2. */
    byte[] proxyHeader() {
        int family = of(FAMILIES, 2);
        byte[] addresses = new byte[family == 0x21 ? 36 : family == 0x31 ? 216 : 12];
        addresses[0] = (byte) 192;
        byte[] extensions = seldom() ? extensions() : new byte[0];
        int length = addresses.length + extensions.length;
        if (seldom()) {
            sound = false;
            length = choices.below(256) << choices.below(9);
        }
        ByteBuffer header = ByteBuffer.allocate(SIGNATURE.length + 4 + addresses.length + extensions.length);
        header.put(SIGNATURE)
                .put((byte) of(List.of(PROXY, LOCAL, 0x11, 0x2f), 2).intValue());
        header.put((byte) family).putShort((short) length).put(addresses).put(extensions);
        return damaged(header.array());
    }

    /** A type, a length and a value each; of certificates, in one another. */
    private byte[] extensions() {
        sound = false;
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = choices.below(8); i > 0; i--) {
            byte[] value = new byte[choices.below(256) * choices.below(5)];
            all.write(seldom() ? 0x20 : choices.below(256));
            all.write(value.length >> 8);
            all.write(value.length);
            all.writeBytes(value);
        }
        return all.toByteArray();
    }

    byte[] request(String path, boolean deflates) {
        StringBuilder request = new StringBuilder(of(METHODS, 1))
                .append(' ')
                .append(of(List.of(path, path + "?a=b", "/", "*", ""), 2))
                .append(" HTTP/1.1\r\nHost: room\r\n")
                .append("Connection: Upgrade\r\nUpgrade: ")
                .append(of(List.of("websocket", "h2c", ""), 1))
                .append("\r\nSec-WebSocket-Version: ")
                .append(of(VERSIONS, 1))
                .append("\r\nSec-WebSocket-Key: ")
                .append(of(KEYS, 1))
                .append("\r\n");
        String origin = of(ORIGINS, 2);
        if (!origin.isEmpty()) {
            request.append("Origin: ").append(origin).append("\r\n");
        }
        if (choices.yes()) {
            String extensions = of(EXTENSIONS, 1);
            deflated = deflates && extensions.equals(EXTENSIONS.getFirst());
            request.append("Sec-WebSocket-Extensions: ").append(extensions).append("\r\n");
        }
        if (seldom()) {
            sound = false;
            request.append("X: ")
                    .append("y".repeat(choices.below(256) * choices.below(64)))
                    .append("\r\n");
        }
        return damaged(request.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Frames of the platform's in a message, as browsers send it: masked. */
    byte[] message(byte[] frames) {
        boolean compresses = deflated && choices.yes();
        byte[] body = compresses ? deflated(frames) : frames;
        int first = (seldom() ? choices.below(16) : 8) << 4 | of(OPCODES, 1);
        if (first != (8 << 4 | OPCODES.getFirst())) {
            sound = false;
        }
        return damaged(masked(compresses ? first | 0x40 : first, body));
    }

    private byte[] masked(int first, byte[] body) {
        ByteBuffer message = ByteBuffer.allocate(14 + body.length);
        message.put((byte) first);
        boolean isMasked = !seldom();
        sound &= isMasked;
        int mask = isMasked ? 0x80 : 0;
        long length = body.length;
        if (seldom()) {
            sound = false;
            length = choices.number();
        }
        if (length >= 0 && length < 126) {
            message.put((byte) (mask | (int) length));
        } else if (length >= 0 && length < 1 << 16) {
            message.put((byte) (mask | 126)).putShort((short) length);
        } else {
            message.put((byte) (mask | 127)).putLong(length);
        }
        if (isMasked) {
            // Of zeros: it changes nothing.
            message.putInt(0);
        }
        return Arrays.copyOf(message.put(body).array(), message.position());
    }

    /** Of one byte, so that little becomes much: bytes for the decoder of frames, where the way in is open. */
    byte[] run() {
        byte[] run = new byte[choices.below(256) * choices.below(256)];
        Arrays.fill(run, (byte) choices.below(256));
        return deflated && choices.yes() ? masked(0xc2, deflated(run)) : run;
    }

    private static byte[] deflated(byte[] body) {
        Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
        try {
            deflater.setInput(body);
            byte[] into = new byte[body.length + 64];
            int count = deflater.deflate(into, 0, into.length, Deflater.SYNC_FLUSH);
            // Ends in 00 00 ff ff, which is left out on the wire.
            return Arrays.copyOf(into, Math.max(0, count - 4));
        } finally {
            deflater.end();
        }
    }

    private byte[] damaged(byte[] bytes) {
        if (choices.below(16) != 15) {
            return bytes;
        }
        sound = false;
        byte[] changed = bytes.clone();
        switch (choices.below(3)) {
            case 0 -> changed[choices.below(256) % changed.length] ^= (byte) (1 << choices.below(Byte.SIZE));
            case 1 -> changed = Arrays.copyOf(changed, choices.below(256) % changed.length);
            default -> changed = choices.bytes(200);
        }
        return changed;
    }
}
