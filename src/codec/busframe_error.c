/* SPDX-License-Identifier: GPL-2.0-or-later */
/* CAN error frames in the words that candump -e uses; linux/can/error.h. */
#include "base/name.h"
#include "codec/busframe.h"

#include <linux/can.h>
#include <linux/can/error.h>

static const struct name classes[] = {
	{ "tx-timeout", CAN_ERR_TX_TIMEOUT, NULL },
	{ "lost-arbitration", CAN_ERR_LOSTARB, NULL },
	{ "controller-problem", CAN_ERR_CRTL, NULL },
	{ "protocol-violation", CAN_ERR_PROT, NULL },
	{ "transceiver-status", CAN_ERR_TRX, NULL },
	{ "no-acknowledgement-on-tx", CAN_ERR_ACK, NULL },
	{ "bus-off", CAN_ERR_BUSOFF, NULL },
	{ "bus-error", CAN_ERR_BUSERROR, NULL },
	{ "restarted-after-bus-off", CAN_ERR_RESTARTED, NULL },
	{ "error-counter-tx-rx", 0x200, NULL },
	{ NULL, 0, NULL },
};

static const struct name controller[] = {
	{ "rx-overflow", CAN_ERR_CRTL_RX_OVERFLOW, NULL },
	{ "tx-overflow", CAN_ERR_CRTL_TX_OVERFLOW, NULL },
	{ "rx-error-warning", CAN_ERR_CRTL_RX_WARNING, NULL },
	{ "tx-error-warning", CAN_ERR_CRTL_TX_WARNING, NULL },
	{ "rx-error-passive", CAN_ERR_CRTL_RX_PASSIVE, NULL },
	{ "tx-error-passive", CAN_ERR_CRTL_TX_PASSIVE, NULL },
	{ "back-to-error-active", CAN_ERR_CRTL_ACTIVE, NULL },
	{ NULL, 0, NULL },
};

static const struct name protocol[] = {
	{ "single-bit-error", CAN_ERR_PROT_BIT, NULL },
	{ "frame-format-error", CAN_ERR_PROT_FORM, NULL },
	{ "bit-stuffing-error", CAN_ERR_PROT_STUFF, NULL },
	{ "tx-dominant-bit-error", CAN_ERR_PROT_BIT0, NULL },
	{ "tx-recessive-bit-error", CAN_ERR_PROT_BIT1, NULL },
	{ "bus-overload", CAN_ERR_PROT_OVERLOAD, NULL },
	{ "active-error", CAN_ERR_PROT_ACTIVE, NULL },
	{ "error-on-tx", CAN_ERR_PROT_TX, NULL },
	{ NULL, 0, NULL },
};

static const struct name locations[] = {
	{ "id.28-to-id.21", CAN_ERR_PROT_LOC_ID28_21, NULL },
	{ "start-of-frame", CAN_ERR_PROT_LOC_SOF, NULL },
	{ "bit-srtr", CAN_ERR_PROT_LOC_SRTR, NULL },
	{ "bit-ide", CAN_ERR_PROT_LOC_IDE, NULL },
	{ "id.20-to-id.18", CAN_ERR_PROT_LOC_ID20_18, NULL },
	{ "id.17-to-id.13", CAN_ERR_PROT_LOC_ID17_13, NULL },
	{ "crc-sequence", CAN_ERR_PROT_LOC_CRC_SEQ, NULL },
	{ "reserved-bit-0", CAN_ERR_PROT_LOC_RES0, NULL },
	{ "data-field", CAN_ERR_PROT_LOC_DATA, NULL },
	{ "data-length-code", CAN_ERR_PROT_LOC_DLC, NULL },
	{ "bit-rtr", CAN_ERR_PROT_LOC_RTR, NULL },
	{ "reserved-bit-1", CAN_ERR_PROT_LOC_RES1, NULL },
	{ "id.4-to-id.0", CAN_ERR_PROT_LOC_ID04_00, NULL },
	{ "id.12-to-id.5", CAN_ERR_PROT_LOC_ID12_05, NULL },
	{ "active-error-flag", 0x11, NULL },
	{ "intermission", CAN_ERR_PROT_LOC_INTERM, NULL },
	{ "tolerate-dominant-bits", 0x13, NULL },
	{ "passive-error-flag", 0x16, NULL },
	{ "error-delimiter", 0x17, NULL },
	{ "crc-delimiter", CAN_ERR_PROT_LOC_CRC_DEL, NULL },
	{ "acknowledge-slot", CAN_ERR_PROT_LOC_ACK, NULL },
	{ "end-of-frame", CAN_ERR_PROT_LOC_EOF, NULL },
	{ "acknowledge-delimiter", CAN_ERR_PROT_LOC_ACK_DEL, NULL },
	{ "overload-flag", 0x1c, NULL },
	{ NULL, 0, NULL },
};

static const struct name transceiver[] = {
	{ "canh-no-wire", CAN_ERR_TRX_CANH_NO_WIRE, NULL },
	{ "canh-short-to-bat", CAN_ERR_TRX_CANH_SHORT_TO_BAT, NULL },
	{ "canh-short-to-vcc", CAN_ERR_TRX_CANH_SHORT_TO_VCC, NULL },
	{ "canh-short-to-gnd", CAN_ERR_TRX_CANH_SHORT_TO_GND, NULL },
	{ "canl-no-wire", CAN_ERR_TRX_CANL_NO_WIRE, NULL },
	{ "canl-short-to-bat", CAN_ERR_TRX_CANL_SHORT_TO_BAT, NULL },
	{ "canl-short-to-vcc", CAN_ERR_TRX_CANL_SHORT_TO_VCC, NULL },
	{ "canl-short-to-gnd", CAN_ERR_TRX_CANL_SHORT_TO_GND, NULL },
	{ "canl-short-to-canh", CAN_ERR_TRX_CANL_SHORT_TO_CANH, NULL },
	{ NULL, 0, NULL },
};

/* The names of the bits that are set, separated by commas. */
static void print_bits(const struct name *table, uint8_t bits, struct buf *out)
{
	size_t start = out->length;

	for (; table->name != NULL; table++)
		if (bits & table->value)
			buf_print(out, "%s%s", out->length > start ? "," : "", table->name);
}

static void print_protocol(const struct busframe *frame, struct buf *out)
{
	const char *location = name_of(locations, frame->data[3]);

	buf_add_string(out, "{{");
	print_bits(protocol, frame->data[2], out);
	buf_print(out, "}{%s}}", location != NULL ? location : "");
}

/* What a class says beyond its name; data has 8 bytes. */
static void print_details(uint32_t class, const struct busframe *frame, struct buf *out)
{
	const char *word;

	switch (class) {
	case CAN_ERR_LOSTARB:
		buf_print(out, "{at bit %d}", frame->data[0]);
		break;
	case CAN_ERR_CRTL:
		buf_add_char(out, '{');
		print_bits(controller, frame->data[1], out);
		buf_add_char(out, '}');
		break;
	case CAN_ERR_PROT:
		print_protocol(frame, out);
		break;
	case CAN_ERR_TRX:
		word = name_of(transceiver, frame->data[4]);
		buf_print(out, "{%s}", word != NULL ? word : "");
		break;
	case 0x200:
		buf_print(out, "{{%d}{%d}}", frame->data[6], frame->data[7]);
		break;
	default:
		break;
	}
}

void busframe_print_error(const struct busframe *frame, struct buf *out)
{
	size_t start = out->length;

	for (const struct name *row = classes; row->name != NULL; row++) {
		if ((frame->id & (uint32_t)row->value) == 0)
			continue;
		buf_print(out, "%s%s", out->length > start ? "," : "", row->name);
		if (frame->length == CAN_ERR_DLC)
			print_details((uint32_t)row->value, frame, out);
	}
	if (out->length == start)
		buf_add_string(out, "unknown-error");
}
