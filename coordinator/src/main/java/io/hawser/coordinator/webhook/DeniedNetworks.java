package io.hawser.coordinator.webhook;

import java.net.InetAddress;
import java.util.List;

/** Networks that no callback may go to, whoever names an address there. */
final class DeniedNetworks {
    private final List<Network> networks;

    /** Each as {@code 169.254.0.0/16}. */
    DeniedNetworks(List<String> networks) {
        this.networks = networks.stream().map(Network::parse).toList();
    }

    boolean contain(InetAddress address) {
        return networks.stream().anyMatch(network -> network.contains(address));
    }

    private static final class Network {
        private final byte[] prefix;
        private final int bits;

        private Network(byte[] prefix, int bits) {
            this.prefix = prefix;
            this.bits = bits;
        }

        static Network parse(String text) {
            int slash = text.indexOf('/');
            try {
                byte[] prefix = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash))
                        .getAddress();
                int bits = slash < 0 ? prefix.length * 8 : Integer.parseInt(text.substring(slash + 1));
                if (bits >= 0 && bits <= prefix.length * 8) {
                    return new Network(prefix, bits);
                }
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(expected(text), e);
            }
            throw new IllegalArgumentException(expected(text));
        }

        boolean contains(InetAddress address) {
            byte[] other = address.getAddress();
            return other.length == prefix.length && firstDifference(other) >= bits;
        }

        /** In bits from the left. */
        private int firstDifference(byte[] other) {
            for (int i = 0; i < prefix.length; i++) {
                int difference = (prefix[i] ^ other[i]) & 0xff;
                if (difference != 0) {
                    return i * 8 + Integer.numberOfLeadingZeros(difference) - 24;
                }
            }
            return prefix.length * 8;
        }

        private static String expected(String text) {
            return "deniedNetworks: " + text + " (expected: a network, such as 169.254.0.0/16)";
        }
    }
}
