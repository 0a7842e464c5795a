/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's headers that the tables of this layer take their numbers and structs from. */
#ifndef OPTION_HEADERS_H
#define OPTION_HEADERS_H

/* What musl does not have of it; the rest it says again. */
#include <asm/socket.h>

/* The C library's come first: the kernel's then leave out what both define. */
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/un.h>

#include <asm/ioctls.h>
#include <asm/termbits.h>
#include <linux/atm.h>
#include <linux/atmdev.h>
#include <linux/ax25.h>
#include <linux/caif/caif_socket.h>
#include <linux/can/bcm.h>
#include <linux/can/isotp.h>
#include <linux/can/j1939.h>
#include <linux/can/raw.h>
#include <linux/dccp.h>
#include <linux/errqueue.h>
#include <linux/ethtool.h>
#include <linux/filter.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/if_alg.h>
#include <linux/if_arp.h>
#include <linux/if_bonding.h>
#include <linux/if_bridge.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_pppol2tp.h>
#include <linux/if_pppox.h>
#include <linux/if_tun.h>
#include <linux/if_tunnel.h>
#include <linux/if_vlan.h>
#include <linux/if_xdp.h>
#include <linux/ipv6.h>
#include <linux/ipv6_route.h>
#include <linux/kcm.h>
#include <linux/llc.h>
#include <linux/mctp.h>
#include <linux/mii.h>
#include <linux/mptcp.h>
#include <linux/mroute.h>
#include <linux/mroute6.h>
#include <linux/net_tstamp.h>
#include <linux/netlink.h>
#include <linux/netrom.h>
#include <linux/nfc.h>
#include <linux/nsfs.h>
#include <linux/phonet.h>
#include <linux/ppp-ioctl.h>
#include <linux/qrtr.h>
#include <linux/rds.h>
#include <linux/rose.h>
#include <linux/route.h>
#include <linux/rtnetlink.h>
#include <linux/rxrpc.h>
#include <linux/sctp.h>
#include <linux/serial.h>
#include <linux/smc.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <linux/tipc.h>
#include <linux/tls.h>
#include <linux/udp.h>
#include <linux/vm_sockets.h>
#include <linux/wireless.h>
#include <linux/x25.h>

#include "base/libc.h"
#include "base/uapi.h"

/* The kernel has one number for both: what it means depends on the socket. */
#define SIOCSIFADDR_IN6 SIOCSIFADDR

/* musl's <net/ethernet.h> does not go with <linux/if_arp.h>. */
#define ETHERTYPE_IP ETH_P_IP
#define ETHERTYPE_ARP ETH_P_ARP
#define ETHERTYPE_IPV6 ETH_P_IPV6
#define ETHERTYPE_VLAN ETH_P_8021Q

#endif
