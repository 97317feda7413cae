package io.hawser.room.token;

import java.util.List;

/**
 * What a client's token permits.
 *
 * @param expiresMs when it ends, in milliseconds since 1970
 * @param groups patterns of the groups that the client may join; none: those that the app lets everyone join
 */
public record Permit(long expiresMs, List<String> groups) {}
