package io.hawser.bench.swarm;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The few packets of MQTT 3.1.1 that subscribers and a publisher of QoS 0 need. */
public final class MqttPackets {
    private static final int CONNECT = 0x10;
    private static final int PUBLISH = 0x30;
    private static final int SUBSCRIBE = 0x82;
    private static final byte[] PING = {(byte) 0xc0, 0};
    private static final int LEVEL_3_1_1 = 4;
    private static final int CLEAN_SESSION = 2;
    private static final int CONTINUES = 0x80;
    private static final int SEVEN_BITS = 0x7f;
    private static final int MOST_LENGTH_BYTES = 4;

    private MqttPackets() {}

    /** Without keep-alive. */
    public static byte[] connect(String client) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        text(body, "MQTT");
        body.write(LEVEL_3_1_1);
        body.write(CLEAN_SESSION);
        number(body, 0);
        text(body, client);
        return packet(CONNECT, body);
    }

    public static byte[] subscribe(String topic) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        number(body, 1);
        text(body, topic);
        body.write(0);
        return packet(SUBSCRIBE, body);
    }

    public static byte[] publish(String topic, byte[] payload) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        text(body, topic);
        body.writeBytes(payload);
        return packet(PUBLISH, body);
    }

    public static byte[] ping() {
        return PING.clone();
    }

    /** Bytes that the length at {@code at} takes; 0: it is not all there. */
    public static int lengthBytes(ByteBuffer in, int at) {
        for (int i = 0; i < MOST_LENGTH_BYTES && at + i < in.limit(); i++) {
            if ((in.get(at + i) & CONTINUES) == 0) {
                return i + 1;
            }
        }
        return 0;
    }

    public static int length(ByteBuffer in, int at) {
        int length = 0;
        for (int i = 0; i < lengthBytes(in, at); i++) {
            length |= (in.get(at + i) & SEVEN_BITS) << (7 * i);
        }
        return length;
    }

    private static byte[] packet(int type, ByteArrayOutputStream body) {
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.write(type);
        int rest = body.size();
        while (rest > SEVEN_BITS) {
            packet.write((rest & SEVEN_BITS) | CONTINUES);
            rest >>= 7;
        }
        packet.write(rest);
        packet.writeBytes(body.toByteArray());
        return packet.toByteArray();
    }

    private static void text(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        number(out, bytes.length);
        out.writeBytes(bytes);
    }

    private static void number(ByteArrayOutputStream out, int number) {
        out.write(number >> 8);
        out.write(number);
    }
}
