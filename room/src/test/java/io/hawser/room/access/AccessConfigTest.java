package io.hawser.room.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.keeper.config.ConfigException;
import io.hawser.keeper.config.ConfigTree;
import io.hawser.rpc.id.Network;
import java.net.InetAddress;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What an operator writes, and what is said where it is wrong: before it is applied, by the same reader. */
final class AccessConfigTest {
    private static AccessConfig read(String yaml) {
        return new ConfigTree().overlayYaml("test", yaml).bind(AccessConfig.class);
    }

    private static void assertRefused(String yaml, String... what) {
        assertThatThrownBy(() -> read(yaml))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        refusal -> assertThat(refusal.problems()).containsExactly(what));
    }

    @Test
    void networksOfBothKindsAreRead() {
        AccessConfig config = read("""
                deny: [192.0.2.0/24, 198.51.100.7, "2001:db8::/32"]
                shared: [{network: 203.0.113.0/28, maxConnections: 5, handshakesPerSecond: 6, handshakeBurst: 7}]
                """);
        assertThat(config.deny())
                .containsExactly(
                        Network.parse("192.0.2.0/24"),
                        Network.parse("198.51.100.7/32"),
                        Network.parse("2001:db8::/32"));
        assertThat(config.shared()).containsExactly(new SharedNetwork(Network.parse("203.0.113.0/28"), 5, 6, 7));
    }

    @Test
    void everyNetworkThatIsNoneIsNamedWithWhatIsExpected() {
        assertRefused(
                "{deny: [192.0.2.0/33, 192.0.2.1/24], allow: [example.org]}",
                "allow[0]: network: example.org (expected: an address or a network, such as 192.0.2.0/24 or"
                        + " 2001:db8::/32)",
                "deny[0]: network: 192.0.2.0/33 (expected: a prefix of 0 to 32)",
                "deny[1]: network: 192.0.2.1/24 (expected: 192.0.2.0/24)");
    }

    @Test
    void numbersThatCannotBeMeantAreNamed() {
        assertRefused("address: {maxConnections: 0}", "address.maxConnections: 0 (expected: 1 to 16777216)");
        assertRefused("address: {prefix6: 128}", "address.prefix6: 128 (expected: 32 to 64)");
        assertRefused("frames: {framesPerSecond: 1}", "frames.framesPerSecond: 1 (expected: 10 to 1000000)");
        assertRefused("apps: {exceptions: {demo: -1}}", "apps.exceptions.demo: -1 (expected: 0 to 268435456)");
        assertRefused("handshakesPerSecond: 0", "handshakesPerSecond: 0 (expected: 1 to 1000000)");
    }

    @Test
    void aSharedNetworkSaysAllOfItsLimits() {
        assertRefused(
                "shared: [{network: 203.0.113.0/28, maxConnections: 5, handshakesPerSecond: 6}]",
                "shared[0].handshakeBurst: missing (expected: a value)");
    }

    @Test
    void theSmallestNetworkThatHoldsAnAddressCounts() {
        NetworkTable<String> table = new NetworkTable<>(Map.of(
                Network.parse("10.0.0.0/8"), "wide",
                Network.parse("10.1.0.0/16"), "narrow",
                Network.parse("2001:db8::/32"), "six"));
        assertThat(table.find(InetAddress.ofLiteral("10.1.2.3"))).isEqualTo("narrow");
        assertThat(table.find(InetAddress.ofLiteral("10.2.2.3"))).isEqualTo("wide");
        assertThat(table.find(InetAddress.ofLiteral("10.1.2.3"), "wide"::equals))
                .isEqualTo("wide");
        assertThat(table.find(InetAddress.ofLiteral("2001:db8:1::1"))).isEqualTo("six");
        assertThat(table.find(InetAddress.ofLiteral("11.0.0.1"))).isNull();
    }
}
