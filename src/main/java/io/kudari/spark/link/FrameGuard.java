package io.kudari.spark.link;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;

/**
 * Looks at the bytes before Spark's frame decoder does, which would gather a frame of up to 2 GiB
 * from anyone: closes the connection at a frame that is larger than any of ours, of a type that we
 * do not use, or announces a body larger than a message. Behind decryption, if there is any. It
 * keeps no bytes.
 *
 * <p>Who has not been let in yet, see {@link Doorkeeper}, may send no longer frames than a
 * handshake needs: else anyone could have the longest ones gathered on many connections. And only
 * one at a time, as it has to wait for the answer: Spark takes a frame right behind a challenge as
 * it is, not encrypted, so a challenge that was overheard and sent again would let its sender in.
 *
 * <p>A frame is its length (8 bytes, itself included), its type (1), and the rest; an upload ends
 * with the length (8) of a body that follows the frame.
 */
final class FrameGuard extends ChannelInboundHandlerAdapter {

  /** Room for a handshake, a control message, or the error of a refused one. */
  static final int MAX_FRAME = 64 * 1024;

  private static final int LENGTH_BYTES = 8;

  /** Length and type, a number of 8 bytes and one of 4. */
  private static final int LEAST_REQUEST = LENGTH_BYTES + 1 + 8 + 4;

  private static final int RPC_REQUEST = 3;
  private static final int RPC_RESPONSE = 4;
  private static final int RPC_FAILURE = 5;
  private static final int ONE_WAY = 9;
  private static final int UPLOAD = 10;

  private final long maxBody;
  private final int maxFrame;
  private final Refusals refusalsOrNull;
  private long at;
  private long length;
  private int type;
  private long lastEight;
  private long bodyLeft;
  private boolean closed;

  /**
   * A guard for one connection; a body and a frame may have so many bytes.
   *
   * @param refusals where callers who are not in are counted, or null for a connection that was
   *     opened here: who has opened it asks first
   */
  FrameGuard(int maxBody, int maxFrame, Refusals refusals) {
    this.refusalsOrNull = refusals;
    this.maxFrame = maxFrame;
    this.maxBody = maxBody;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object data) throws Exception {
    boolean stranger = refusalsOrNull != null && !Doorkeeper.isIn(context.channel());
    if (!closed) {
      try {
        inspect((ByteBuf) data, stranger);
      } catch (IOException e) {
        closed = true;
        // Not an exception of the pipeline, which Spark would log for every stranger.
        if (stranger) refusalsOrNull.add(context.channel(), e);
        else context.fireExceptionCaught(e);
        var unused = context.close();
      }
    }
    if (closed) ReferenceCountUtil.release(data);
    else context.fireChannelRead(data);
  }

  private void inspect(ByteBuf bytes, boolean stranger) throws IOException {
    int i = bytes.readerIndex();
    int end = bytes.writerIndex();
    boolean complete = false;
    while (i < end) {
      if (complete && stranger) throw new IOException("a frame before it was answered");
      if (bodyLeft > 0) {
        int skipped = (int) Math.min(bodyLeft, end - i);
        bodyLeft -= skipped;
        i += skipped;
      } else {
        next(bytes.getByte(i++), stranger);
        complete = at == 0;
      }
    }
  }

  private void next(byte value, boolean stranger) throws IOException {
    at++;
    if (at <= LENGTH_BYTES) {
      length = length << 8 | value & 0xff;
      int most = stranger ? Math.min(maxFrame, MAX_FRAME) : maxFrame;
      if (at == LENGTH_BYTES && (length <= LENGTH_BYTES || length > most)) {
        throw new IOException("a frame of " + length + " bytes, at most " + most);
      }
      return;
    }
    if (at == LENGTH_BYTES + 1) setType(value, stranger);
    lastEight = lastEight << 8 | value & 0xff;
    if (at == length) endOfFrame();
  }

  private void setType(byte value, boolean stranger) throws IOException {
    type = value;
    if (stranger && (type != RPC_REQUEST || length < LEAST_REQUEST))
      throw new IOException("a frame of type " + type + " without a greeting");
    switch (type) {
      case RPC_REQUEST, RPC_RESPONSE, RPC_FAILURE, ONE_WAY, UPLOAD -> {}
      default -> throw new IOException("a frame of type " + type);
    }
  }

  private void endOfFrame() throws IOException {
    if (type == UPLOAD) {
      if (lastEight < 0 || lastEight > maxBody) {
        throw new IOException("a message of " + lastEight + " bytes, at most " + maxBody);
      }
      bodyLeft = lastEight;
    }
    at = 0;
    length = 0;
  }
}
