package io.hawser.client;

import io.hawser.wire.v1.Addresses;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where to connect: the last address that worked, then the others of the list, then those that failed lately. One list
 * for each network the device has been on. For one thread.
 */
final class AddressBook {
    private static final int MAX_NETWORKS = 8;
    private static final int MAX_ROOMS = 32;

    private final Directory directory;
    private final Supplier<String> network;
    private final Ticker ticker;
    private final Consumer<IOException> oldListUsed;
    private final Map<String, Page> pages = new LinkedHashMap<>(MAX_NETWORKS, 0.75f, true);

    /**
     * Makes an empty book.
     *
     * @param oldListUsed told when nobody answers and a list is used beyond its age
     */
    AddressBook(Directory directory, Supplier<String> network, Ticker ticker, Consumer<IOException> oldListUsed) {
        this.directory = directory;
        this.network = network;
        this.ticker = ticker;
        this.oldListUsed = oldListUsed;
    }

    /**
     * Returns the addresses to try, best first; asks for a new list where there is none, it is too old, or none of it
     * worked.
     *
     * @throws IOException where nobody answers and no older list is there
     */
    List<String> candidates() throws IOException {
        String name = network.get();
        Page page = page(name);
        if (page.isSpent(ticker.nanoTime())) {
            renew(page, name);
        }
        return page.inOrder();
    }

    void worked(String address) {
        Page page = page(network.get());
        page.lastGood = address;
        page.failed.clear();
        page.retry = 0;
    }

    void failed(String address) {
        Page page = page(network.get());
        if (address.equals(page.lastGood)) {
            page.lastGood = null;
        }
        page.failed.add(address);
    }

    /** The next list is to be asked for: the one there is counts no longer, unless nobody answers. */
    void forget() {
        Page page = page(network.get());
        page.lastGood = null;
        page.fresh = false;
    }

    /** A room named these instead. They hold until they fail. */
    void moveTo(List<String> addresses) {
        if (addresses.isEmpty()) {
            forget();
            return;
        }
        Page page = page(network.get());
        page.take(addresses);
        page.untilNanos = Long.MAX_VALUE;
        page.endless = true;
    }

    private void renew(Page page, String name) throws IOException {
        try {
            Addresses answer = directory.ask(name, page.failed, page.retry);
            if (answer.getRoomsCount() == 0) {
                throw new IOException("the dispatcher knows no room");
            }
            page.take(answer.getRoomsList());
            page.endless = false;
            page.untilNanos =
                    ticker.nanoTime() + TimeUnit.SECONDS.toNanos(Integer.toUnsignedLong(answer.getMaxAgeSeconds()));
            page.retry++;
        } catch (IOException e) {
            if (page.rooms.isEmpty()) {
                throw e;
            }
            oldListUsed.accept(e);
        }
    }

    private Page page(String name) {
        Page page = pages.computeIfAbsent(name, n -> new Page());
        if (pages.size() > MAX_NETWORKS) {
            pages.remove(pages.keySet().iterator().next());
        }
        return page;
    }

    /** What is known of one network. */
    private static final class Page {
        private List<String> rooms = List.of();
        private final Set<String> failed = new LinkedHashSet<>();
        private @Nullable String lastGood;
        private boolean fresh;
        private boolean endless;
        private long untilNanos;
        /** Lists asked for since an address last worked. */
        private int retry;

        boolean isSpent(long nowNanos) {
            boolean tooOld = !endless && nowNanos - untilNanos >= 0;
            return !fresh || tooOld || (lastGood == null && failed.containsAll(rooms));
        }

        void take(List<String> addresses) {
            rooms = List.copyOf(addresses.subList(0, Math.min(addresses.size(), MAX_ROOMS)));
            failed.clear();
            lastGood = null;
            fresh = true;
        }

        List<String> inOrder() {
            Set<String> order = new LinkedHashSet<>();
            if (lastGood != null) {
                order.add(lastGood);
            }
            rooms.stream().filter(room -> !failed.contains(room)).forEach(order::add);
            order.addAll(rooms);
            return new ArrayList<>(order);
        }
    }
}
