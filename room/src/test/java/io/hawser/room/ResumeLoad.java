package io.hawser.room;

import com.google.protobuf.ByteString;
import com.sun.management.OperatingSystemMXBean;
import io.hawser.wire.FrameType;
import io.hawser.wire.v1.Bound;
import io.hawser.wire.v1.Welcome;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Measures clients that drop and come back. Run as {@code main} with "room SECONDS", which prints its address and then, each
 * second, resumes and what of its processor time each took; and elsewhere with "clients ADDRESS COUNT", each of which
 * drops as soon as it is back.
 */
final class ResumeLoad {
    private ResumeLoad() {}

    public static void main(String[] args) throws Exception {
        if (args[0].equals("room")) {
            room(Integer.parseInt(args[1]));
        } else {
            clients(args[1], Integer.parseInt(args[2]));
        }
    }

    private static void room(int seconds) throws InterruptedException {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        try (TestPlatform platform = new TestPlatform()) {
            System.out.println(platform.addresses().getFirst());
            double resumedBefore = 0;
            long cpuBefore = system.getProcessCpuTime();
            for (int second = 0; second < seconds; second++) {
                TimeUnit.SECONDS.sleep(1);
                // What the neighbour remembers, in this same process, is not the room's to pay for.
                platform.register.confirmed.clear();
                platform.register.left.clear();
                double resumed = platform.context.count("hawser.room.resumes") - resumedBefore;
                long cpuNanos = system.getProcessCpuTime() - cpuBefore;
                resumedBefore += resumed;
                cpuBefore += cpuNanos;
                System.out.printf("%.0f resumes/s, %.1f us each%n", resumed, cpuNanos / 1e3 / Math.max(1, resumed));
            }
        }
    }

    private static void clients(String address, int count) throws InterruptedException {
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String user = "user-" + i;
            // Of its own, for one address has ports for half a minute at this pace.
            String source = "127.0." + (1 + i / 250) + "." + (1 + i % 250);
            clients.add(Thread.ofPlatform().start(() -> comeBackForEver(address, source, user)));
        }
        for (Thread client : clients) {
            client.join();
        }
    }

    /** After so many times it has no token, and binds anew. */
    private static void comeBackForEver(String address, String source, String user) {
        while (true) {
            ByteString token = TestClient.connectFrom(source, address).bindsAndDrops(user);
            while (!token.isEmpty()) {
                token = comeBack(address, source, token);
            }
        }
    }

    private static ByteString comeBack(String address, String source, ByteString token) {
        try (TestClient client = TestClient.connectFrom(source, address)) {
            Welcome welcome = client.welcome(TestClient.resumes(token, 0));
            client.expect(FrameType.BOUND, Bound.parser());
            return welcome.getResumeToken();
        }
    }
}
