package io.hawser.room.ban;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.rpc.id.Network;
import io.hawser.rpc.v1.Ban;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Networks by length of prefix find what a look at each ban would. */
class BanListTest {
    private static final long NOW_MS = 1_000;

    @Test
    void anAddressIsFoundByWhateverNetworkItIsOf() throws UnknownHostException {
        BanList list =
                new BanList(List.of(ofNetwork("192.0.2.0/24"), ofNetwork("2001:db8::/32"), ofNetwork("10.0.0.1")));
        assertThat(list.ofPeer(address("192.0.2.255"), NOW_MS)).isNotNull();
        assertThat(list.ofPeer(address("192.0.3.0"), NOW_MS)).isNull();
        assertThat(list.ofPeer(address("2001:db8:ffff::1"), NOW_MS)).isNotNull();
        assertThat(list.ofPeer(address("2001:db9::1"), NOW_MS)).isNull();
        assertThat(list.ofPeer(address("10.0.0.1"), NOW_MS)).isNotNull();
        assertThat(list.ofPeer(address("::a00:1"), NOW_MS)).isNull();
    }

    @Test
    void aNetworkThatThisReleaseDoesNotUnderstandKeepsNoOtherOut() throws UnknownHostException {
        BanList list = new BanList(List.of(ofNetwork("as64496"), ofNetwork("192.0.2.0/24")));
        assertThat(list.ofPeer(address("192.0.2.1"), NOW_MS)).isNotNull();
    }

    @Test
    void aBanThatHasExpiredHidesNoneThatHasNot() throws UnknownHostException {
        Ban over = ofNetwork("192.0.2.0/24").toBuilder().setExpiresMs(NOW_MS).build();
        Ban wide =
                ofNetwork("192.0.0.0/16").toBuilder().setExpiresMs(NOW_MS + 1).build();
        assertThat(new BanList(List.of(over, wide)).ofPeer(address("192.0.2.1"), NOW_MS))
                .isEqualTo(wide);
        assertThat(new BanList(List.of(over)).ofPeer(address("192.0.2.1"), NOW_MS))
                .isNull();
    }

    @Test
    void itFindsWhatALookAtEachFinds() throws UnknownHostException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<Network> networks = new ArrayList<>();
        List<Ban> bans = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            InetAddress any = near(random);
            int bits = any.getAddress().length * 8;
            Network network = Network.of(any).within(random.nextInt(bits / 2, bits + 1));
            networks.add(network);
            bans.add(ofNetwork(network.toString()));
        }
        BanList list = new BanList(bans);
        for (int i = 0; i < 20_000; i++) {
            InetAddress any = near(random);
            assertThat(list.ofPeer(any, NOW_MS) != null)
                    .as("seed %d: %s", seed, any)
                    .isEqualTo(networks.stream().anyMatch(network -> network.contains(any)));
        }
    }

    /** Few of the bits differ, so that addresses meet networks. */
    private static InetAddress near(Random random) throws UnknownHostException {
        byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
        bytes[0] = 32;
        for (int i = 1; i < bytes.length; i++) {
            bytes[i] = (byte) (random.nextInt(4) == 0 ? random.nextInt(3) : 0);
        }
        return InetAddress.getByAddress(bytes);
    }

    private static Ban ofNetwork(String network) {
        return Ban.newBuilder().setNetwork(network).build();
    }

    private static InetAddress address(String text) throws UnknownHostException {
        return InetAddress.getByAddress(Objects.requireNonNull(NetUtil.createByteArrayFromIpAddressString(text)));
    }
}
