package io.hawser.center.group;

import com.google.protobuf.InvalidProtocolBufferException;
import io.hawser.center.operation.Page;
import io.hawser.center.operation.PageToken;
import io.hawser.rpc.v1.UserGroup;

/**
 * A page of a list that two names order: a member's user and device, a user's group and device.
 *
 * @param list what is listed: {@code groups/demo}
 * @param after of the last entry of the page before
 */
record NamesPage(String list, int size, UserGroup after) {
    static NamesPage of(String list, int size, String token) {
        return new NamesPage(
                list, Page.size(size), token.isEmpty() ? UserGroup.getDefaultInstance() : position(list, token));
    }

    boolean isFirst() {
        return after.getGroup().isEmpty();
    }

    /** The token of the page after this one, whose last entry is that. */
    String next(String first, String second) {
        UserGroup end = UserGroup.newBuilder().setGroup(first).setDevice(second).build();
        return PageToken.of(list, end.toByteArray());
    }

    private static UserGroup position(String list, String token) {
        try {
            return UserGroup.parseFrom(PageToken.read(list, token));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a token of ours", e);
        }
    }
}
