package io.hawser.room;

import com.google.protobuf.ByteString;
import io.hawser.room.websocket.WebSocketConfig;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.v1.Bind;
import io.hawser.wire.v1.Hello;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures what an idle, bound connection costs. Run as {@code main} with "room TRANSPORT", which prints its address and
 * then its memory at each line of input; and elsewhere with "clients TRANSPORT ADDRESS COUNT".
 */
final class IdleMemory {
    private IdleMemory() {}

    public static void main(String[] args) throws IOException {
        if (args[0].equals("room")) {
            room(args[1]);
        } else {
            clients(args[1], args[2], Integer.parseInt(args[3]));
        }
    }

    private static void room(String transport) throws IOException {
        TestCertificates certificates = new TestCertificates(Files.createTempDirectory("hawser-idle"));
        certificates.install(certificates.issue("CN=room"));
        RoomConfig config = TestCertificates.roomFor(30_000, certificates.config(), WebSocketConfig.defaults());
        try (TestPlatform platform = new TestPlatform(config);
                BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            System.out.println(transport.equals("tcp") ? platform.addresses().getFirst() : platform.address(transport));
            while (in.readLine() != null) {
                // What the neighbours keep, in this same process, is not the room's.
                platform.register.sessions.clear();
                platform.saver.clear();
                for (int i = 0; i < 3; i++) {
                    System.gc();
                }
                System.out.println(platform.totals().getBindings() + " bindings, heap KB "
                        + ManagementFactory.getMemoryMXBean()
                                        .getHeapMemoryUsage()
                                        .getUsed()
                                / 1024 + ", "
                        + Files.readAllLines(Path.of("/proc/self/status")).stream()
                                .filter(line -> line.startsWith("VmRSS"))
                                .findFirst()
                                .orElse(""));
            }
        }
    }

    private static void clients(String transport, String address, int count) throws IOException {
        List<IdleClient> clients = new ArrayList<>();
        byte[] hello = Frames.encode(
                FrameType.HELLO,
                Hello.newBuilder()
                        .setMinVersion(1)
                        .setMaxVersion(1)
                        .setHeartbeatSeconds(600)
                        .build());
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            IdleClient client = IdleClient.connect(transport, address);
            Bind bind = TestClient.bind("user-" + i).toBuilder()
                    .setDevice("device-" + i)
                    .setDeviceClass("phone")
                    .setInstallationNonce(ByteString.copyFromUtf8(String.format("%016d", i)))
                    .setClientVersion("4.2.0")
                    .build();
            client.send(hello);
            client.send(Frames.encode(FrameType.BIND, bind));
            clients.add(client);
        }
        for (IdleClient client : clients) {
            client.awaitWelcomeAndBound();
        }
        System.out.println(count + " bound in " + (System.nanoTime() - start) / 1_000_000 + " ms");
        System.in.read();
    }
}
