package io.hawser.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A store of small files in a directory: the installation's nonce, and for the endpoint a position, and another for
 * broadcasts.
 *
 * <p>A position is written before each message, so a save costs one forced write of 32 bytes; of some hundred bytes for a
 * broadcast. The files are locked while the store is open.
 */
public final class FilePositionStore implements PositionStore {
    private static final int POSITION_BYTES = 2 * Long.BYTES;
    // low, in hand, two counts, and the numbers
    private static final int BROADCASTS_BYTES =
            2 * Long.BYTES + 2 * Integer.BYTES + 2 * BroadcastPosition.MAX_NUMBERS * Long.BYTES;

    private final byte[] nonce;
    private final TwoPlaceFile positions;
    private final TwoPlaceFile broadcasts;

    private FilePositionStore(byte[] nonce, TwoPlaceFile positions, TwoPlaceFile broadcasts) {
        this.nonce = nonce;
        this.positions = positions;
        this.broadcasts = broadcasts;
    }

    /**
     * Opens the endpoint's store in {@code directory}, which is made where it is missing. Stores of several endpoints
     * may share a directory; they share the nonce then.
     *
     * @throws IOException if the directory cannot be used, or another client has this endpoint's store open
     */
    public static FilePositionStore open(Path directory, String app, String user, String device) throws IOException {
        return open(new EndpointFiles(directory, app, user, device));
    }

    static FilePositionStore open(EndpointFiles files) throws IOException {
        byte[] nonce = files.nonce();
        TwoPlaceFile positions = TwoPlaceFile.open(files.file("position"), POSITION_BYTES);
        try {
            return new FilePositionStore(
                    nonce, positions, TwoPlaceFile.open(files.file("broadcasts"), BROADCASTS_BYTES));
        } catch (IOException e) {
            positions.close();
            throw e;
        }
    }

    @Override
    public byte[] installationNonce() {
        return nonce.clone();
    }

    @Override
    public Position load() {
        ByteBuffer saved = positions.load();
        return saved == null ? Position.NONE : new Position(saved.getLong(), saved.getLong());
    }

    @Override
    public void save(Position position) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(POSITION_BYTES);
        content.putLong(position.handed()).putLong(position.inHand()).flip();
        positions.save(content);
    }

    @Override
    public BroadcastPosition loadBroadcasts() {
        @Nullable ByteBuffer saved = broadcasts.load();
        if (saved == null) {
            return BroadcastPosition.NONE;
        }
        long low = saved.getLong();
        long inHand = saved.getLong();
        int seen = saved.getInt();
        int missing = saved.getInt();
        return BroadcastPosition.of(low, numbers(saved, seen), numbers(saved, missing), inHand);
    }

    @Override
    public void saveBroadcasts(BroadcastPosition position) throws IOException {
        Collection<Long> seen = position.seen();
        Collection<Long> missing = position.missing();
        ByteBuffer content = ByteBuffer.allocate(BROADCASTS_BYTES);
        content.putLong(position.low()).putLong(position.inHand());
        content.putInt(seen.size()).putInt(missing.size());
        seen.forEach(content::putLong);
        missing.forEach(content::putLong);
        content.flip();
        broadcasts.save(content);
    }

    @Override
    public void close() throws IOException {
        try {
            positions.close();
        } finally {
            broadcasts.close();
        }
    }

    private static List<Long> numbers(ByteBuffer from, int count) {
        List<Long> numbers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            numbers.add(from.getLong());
        }
        return numbers;
    }
}
