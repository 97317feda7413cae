package io.hawser.rpc.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.wire.HawserException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks as they are written, compared and asked. */
class NetworkTest {
    @ParameterizedTest
    @CsvSource({
        "192.0.2.0/24, 192.0.2.0/24",
        "192.0.2.7, 192.0.2.7/32",
        "0.0.0.0/0, 0.0.0.0/0",
        "255.255.255.255, 255.255.255.255/32",
        "2001:db8::/32, 2001:db8::/32",
        "2001:DB8:0:0::1, 2001:db8::1/128",
        "::/0, ::/0",
        "::ffff:192.0.2.0/120, 192.0.2.0/24",
        "::ffff:192.0.2.7, 192.0.2.7/32"
    })
    void oneNetworkIsWrittenInOneWay(String given, String canonical) {
        assertThat(Network.parse(given).toString()).isEqualTo(canonical);
        assertThat(Network.parse(canonical)).isEqualTo(Network.parse(given));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/24",
                "here",
                "192.0.2",
                "192.0.2.256",
                "192.0.2.0/",
                "192.0.2.0/33",
                "192.0.2.0/-1",
                "192.0.2.0/+8",
                "192.0.2.0/8/8",
                "192.0.2.1/24",
                "2001:db8::/129",
                "2001:db8::1/32",
                "fe80::1%eth0",
                "::ffff:192.0.2.0/95"
            })
    void whatIsNoneIsRefused(String given) {
        assertThatThrownBy(() -> Network.parse(given))
                .isInstanceOf(HawserException.class)
                .hasMessageStartingWith("network: " + given + " (expected: ");
    }

    @Test
    void anAddressIsOfItsNetworksAndOfNoOthers() throws UnknownHostException {
        assertThat(Network.parse("192.0.2.128/25").contains(InetAddress.getByName("192.0.2.200")))
                .isTrue();
        assertThat(Network.parse("192.0.2.128/25").contains(InetAddress.getByName("192.0.2.127")))
                .isFalse();
        assertThat(Network.parse("2001:db8:0:1::/64").contains(InetAddress.getByName("2001:db8:0:1:ffff::1")))
                .isTrue();
        assertThat(Network.parse("2001:db8:0:1::/64").contains(InetAddress.getByName("2001:db8:0:2::1")))
                .isFalse();
        assertThat(Network.parse("0.0.0.0/0").contains(InetAddress.getByName("::1")))
                .isFalse();
        assertThat(Network.parse("::/0").contains(InetAddress.getByName("192.0.2.1")))
                .isFalse();
    }
}
