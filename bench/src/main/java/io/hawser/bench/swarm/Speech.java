package io.hawser.bench.swarm;

import java.nio.ByteBuffer;

/** A protocol, as far as a client of the bench needs it. One instance serves all clients of a generator. */
interface Speech {
    /** What a client says first. */
    byte[] greeting(Client client);

    /** Takes all whole frames; what is left of {@code in} is the beginning of the next. */
    void hear(Client client, ByteBuffer in);

    /** What keeps a connection alive. */
    byte[] heartbeat();

    /** What a client says last that goes for good; empty: nothing. */
    default byte[] farewell() {
        return new byte[0];
    }

    static Speech of(Ramp ramp, Counts counts) {
        return switch (ramp.protocol()) {
            case hawser -> new HawserSpeech(ramp, counts);
            case mqtt -> new MqttSpeech(ramp.app(), counts);
            case nats -> new NatsSpeech(ramp.app(), counts);
        };
    }
}
