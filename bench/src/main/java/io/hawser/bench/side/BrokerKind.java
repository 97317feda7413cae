package io.hawser.bench.side;

import io.hawser.bench.swarm.MqttPackets;
import io.hawser.bench.swarm.Ramp;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The brokers that are known, each with what it takes to have it do what a room does, and no more. */
public enum BrokerKind {
    mosquitto("mosquitto", "mosquitto", Ramp.Protocol.mqtt) {
        @Override
        String configuration(int port) {
            return mosquitto(port, false);
        }
    },
    mosquittoDuplicates("mosquitto, duplicates allowed", "mosquitto", Ramp.Protocol.mqtt) {
        @Override
        String configuration(int port) {
            return mosquitto(port, true);
        }
    },
    nats("NATS", "nats-server", Ramp.Protocol.nats) {
        @Override
        String configuration(int port) {
            return "host: 127.0.0.1\nport: " + port + "\nmax_connections: 1000000\nping_interval: \"1h\"\n";
        }

        @Override
        byte[] publisherGreeting() {
            return ascii("CONNECT {\"verbose\":false,\"pedantic\":false}\r\n");
        }

        @Override
        void publish(ByteArrayOutputStream out, String subject, byte[] body) {
            out.writeBytes(ascii("PUB " + subject + " " + body.length + "\r\n"));
            out.writeBytes(body);
            out.writeBytes(ascii("\r\n"));
        }
    };

    private final String label;
    private final String program;
    private final Ramp.Protocol protocol;

    BrokerKind(String label, String program, Ramp.Protocol protocol) {
        this.label = label;
        this.program = program;
        this.protocol = protocol;
    }

    public String label() {
        return label;
    }

    public String program() {
        return program;
    }

    Ramp.Protocol protocol() {
        return protocol;
    }

    abstract String configuration(int port);

    byte[] publisherGreeting() {
        return MqttPackets.connect("bench-publisher");
    }

    void publish(ByteArrayOutputStream out, String subject, byte[] body) {
        out.writeBytes(MqttPackets.publish(subject, body));
    }

    byte[] publications(String subject, List<byte[]> bodies) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        bodies.forEach(body -> publish(out, subject, body));
        return out.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String mosquitto(int port, boolean duplicates) {
        return """
                listener %d 127.0.0.1
                allow_anonymous true
                persistence false
                max_connections -1
                max_queued_messages 0
                set_tcp_nodelay true
                log_dest none
                allow_duplicate_messages %b
                """.formatted(port, duplicates);
    }
}
