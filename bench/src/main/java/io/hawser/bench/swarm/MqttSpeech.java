package io.hawser.bench.swarm;

import java.nio.ByteBuffer;

/** MQTT 3.1.1: a subscriber of one topic, QoS 0. */
final class MqttSpeech implements Speech {
    private static final int TYPE_SHIFT = 4;
    private static final int CONNACK = 2;
    private static final int PUBLISH = 3;
    private static final int SUBACK = 9;
    private static final int CODE_AT = 3;

    private final byte[] subscription;
    private final Counts counts;

    MqttSpeech(String topic, Counts counts) {
        this.subscription = MqttPackets.subscribe(topic);
        this.counts = counts;
    }

    @Override
    public byte[] greeting(Client client) {
        return MqttPackets.connect(client.member().user());
    }

    @Override
    public void hear(Client client, ByteBuffer in) {
        while (true) {
            int at = in.position();
            int lengthBytes = MqttPackets.lengthBytes(in, at + 1);
            if (lengthBytes == 0) {
                return;
            }
            int bodyAt = at + 1 + lengthBytes;
            int end = bodyAt + MqttPackets.length(in, at + 1);
            if (end > in.limit()) {
                return;
            }
            take(client, in, at, bodyAt, end);
            in.position(end);
        }
    }

    @Override
    public byte[] heartbeat() {
        return MqttPackets.ping();
    }

    private void take(Client client, ByteBuffer in, int at, int bodyAt, int end) {
        switch ((in.get(at) & 0xff) >> TYPE_SHIFT) {
            case CONNACK -> connected(client, in.get(at + CODE_AT));
            case SUBACK -> client.up();
            case PUBLISH -> {
                int payloadAt = bodyAt + Short.BYTES + in.getShort(bodyAt);
                counts.delivered(in, Counts.holdsStamp(end - payloadAt) ? payloadAt : -1, 0);
            }
            default -> {
                // Nothing that a client of the bench has a use for.
            }
        }
    }

    private void connected(Client client, int code) {
        if (code == 0) {
            client.send(subscription);
        } else {
            client.refused("CONNACK " + code, 0);
        }
    }
}
