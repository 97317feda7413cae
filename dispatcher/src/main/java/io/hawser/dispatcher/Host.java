package io.hawser.dispatcher;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/** The addresses of one host, of all rooms on it, weighted by what their rooms take. */
final class Host {
    private final List<String> addresses;
    private final WeightedDraw draw;
    final long free;

    private Host(List<String> addresses, long[] weights, long free) {
        this.addresses = List.copyOf(addresses);
        this.draw = new WeightedDraw(weights);
        this.free = free;
    }

    int size() {
        return addresses.size();
    }

    boolean hasOther(Set<String> own) {
        return !own.containsAll(addresses);
    }

    /** Returns where to begin with this host's addresses. */
    int start(RandomGenerator chance) {
        return draw.one(chance);
    }

    /** Returns the address that is {@code steps} after {@code start}. */
    String address(int start, int steps) {
        return addresses.get((start + steps) % addresses.size());
    }

    /** Collects the addresses of one host. */
    static final class Builder {
        private final List<String> addresses = new ArrayList<>();
        private final List<Long> weights = new ArrayList<>();

        void add(String address, long weight) {
            addresses.add(address);
            weights.add(weight);
        }

        Host build() {
            long[] all = weights.stream().mapToLong(Long::longValue).toArray();
            return new Host(
                    addresses, all, weights.stream().mapToLong(Long::longValue).sum());
        }
    }
}
