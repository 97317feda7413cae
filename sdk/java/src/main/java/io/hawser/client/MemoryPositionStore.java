package io.hawser.client;

import java.security.SecureRandom;

/** A store that forgets when the process ends: what was not acknowledged by then comes again. */
public final class MemoryPositionStore implements PositionStore {
    private final byte[] nonce = new byte[16];
    private volatile Position position = Position.NONE;
    private volatile BroadcastPosition broadcasts = BroadcastPosition.NONE;

    public MemoryPositionStore() {
        new SecureRandom().nextBytes(nonce);
    }

    @Override
    public byte[] installationNonce() {
        return nonce.clone();
    }

    @Override
    public Position load() {
        return position;
    }

    @Override
    public void save(Position position) {
        this.position = position;
    }

    @Override
    public BroadcastPosition loadBroadcasts() {
        return broadcasts;
    }

    @Override
    public void saveBroadcasts(BroadcastPosition position) {
        this.broadcasts = position;
    }

    @Override
    public void close() {}
}
