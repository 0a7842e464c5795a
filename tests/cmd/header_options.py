#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""header_options.py: whether each socket option that this machine's kernel headers have is known to the tables.

usage: header_options.py ANYSOCK

Of each header the names that may be options, and those among them that are none: values, flags, sizes, what stands in
messages. A name is known as an option or as a constant.
"""
import re
import subprocess
import sys

ANYSOCK = sys.argv[1]
INCLUDE = "/usr/include/"
HEADERS = [
    ("asm-generic/socket.h", "SO_", ""),
    ("linux/in.h", "IP_|MCAST_|MULTICAST_", "MCAST_INCLUDE|MCAST_EXCLUDE"),
    ("linux/in6.h", "IPV6_", "IPV6_(FLOWINFO|FL_|PRIORITY|TLV|PMTUDISC|USE_MIN_MTU)"),
    ("linux/tcp.h", "TCP_", "TCP_(NLA|FLAG|MSS|CA|DATA|RESERVED|MD5SIG_MAX|QUEUES|RECEIVE_ZEROCOPY_FLAG|AO_MAX|AO_KEYF|ACCECN)"),
    ("linux/udp.h", "UDP_", ""),
    ("linux/dccp.h", "DCCP_SOCKOPT_", ""),
    ("linux/mptcp.h", "MPTCP_(INFO|TCPINFO|SUBFLOW_ADDRS|FULL_INFO)$", ""),
    ("linux/sctp.h", "SCTP_", r"SCTP_((\w+_(ASSOC|DENIED|FAILED|MASK|MAX|KEY|AUTH|NEWKEY|ADDR|SSN)|(SN_TYPE|ADDR|COMM|CAN.T_STR|DATA|HEARTBEAT|INTERNAL|PEER_FAULTY)\w*)$"
        "|AUTHENTICATION_EVENT|FAILED_THRESHOLD|RECEIVED_SACK|RESPONSE_TO|RESTART|SHUTDOWN_(COMP|GUARD)|SS_DEFAULT|STREAM_RESET_(IN|OUT))"),
    ("linux/if_packet.h", "PACKET_", "PACKET_FANOUT_FLAG"),
    ("linux/netlink.h", "NETLINK_", "NETLINK_(UN)?CONNECTED"),
    ("linux/can/raw.h", "CAN_RAW_", ""),
    ("linux/can/isotp.h", "CAN_ISOTP_", "CAN_ISOTP_(DEFAULT|FRAME_TXTIME)"),
    ("linux/can/j1939.h", "SO_J1939_", ""),
    ("linux/tipc.h", "TIPC_(MCAST|GROUP|NODELAY|IMPORTANCE|SRC_DROPPABLE|DEST_DROPPABLE|CONN_TIMEOUT|NODE_RECVQ|SOCK_RECVQ)", ""),
    ("linux/vm_sockets.h", "SO_VM_SOCKETS_", ""),
    ("linux/if_alg.h", "ALG_SET_", ""),
    ("linux/rds.h", "RDS_(CANCEL|GET|FREE|RECVERR|CONG_M|CONN|TRANS)|SO_RDS", "RDS_(CONG_MONITOR_SIZE|TRANS_(COUNT|IWARP))"),
    ("linux/tls.h", "TLS_(TX|RX)", ""),
    ("linux/if_xdp.h", "XDP_", "XDP_(COPY|ZEROCOPY|SHARED_UMEM|USE_NEED|PGOFF|UMEM_PGOFF|RING_NEED|PKT_CONTD|TXMD|TX_METADATA|UMEM_\\w*FLAG|UMEM_TX_)"),
    ("linux/llc.h", "LLC_OPT_", "LLC_OPT_(MAX|UNKNOWN)"),
    ("linux/kcm.h", "KCM_", "KCM_KERNEL_H"),
    ("linux/if_pppol2tp.h", "PPPOL2TP_SO_", ""),
    ("linux/nfc.h", "NFC_LLCP_", "NFC_LLCP_MAX"),
    ("linux/mctp.h", "MCTP_OPT_", ""),
    ("linux/caif/caif_socket.h", "CAIFSO_", ""),
    ("linux/phonet.h", "PNPIPE_", ""),
    ("linux/icmp.h", "ICMP_FILTER", ""),
    ("linux/icmpv6.h", "ICMPV6_FILTER$", ""),
    # the first is a range that no driver has ever had, the second was never written
    ("linux/atm.h", "SO_", "SO_(CIRANGE|MULTIPOINT)"),
]


def names_in(header):
    text = re.sub(r"/\*.*?\*/", " ", open(INCLUDE + header).read(), flags=re.S)
    # a line of a #define with a value, or of an enum
    return set(re.findall(r"^\s*#\s*define\s+(\w+)[ \t]+\S", text, re.M)) | set(re.findall(r"^\s*([A-Z][A-Z0-9_]+)\s*(?:=[^,}\n]*)?,?\s*$", text, re.M))


def constants():
    rows = (line.split("\t") for line in subprocess.run([ANYSOCK, "help", "--table"], capture_output=True, text=True).stdout.splitlines())
    return {row[3] for row in rows if row[0] == "constant"}


def is_option(name):
    return subprocess.run([ANYSOCK, "help", name], capture_output=True).returncode == 0


def main():
    known, looked_at, missing = constants(), 0, []
    for header, wanted, none in HEADERS:
        names = [n for n in names_in(header) if re.match(wanted, n) and not (none and re.match(none, n))]
        assert names, header
        looked_at += len(names)
        missing += [f"{header}: {n}" for n in sorted(names) if n not in known and not is_option(n)]
    print("\n".join(missing))
    print(f"{looked_at} names in {len(HEADERS)} headers, {len(missing)} without a row")
    return 1 if missing else 0


sys.exit(main())
