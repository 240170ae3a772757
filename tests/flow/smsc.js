#!/usr/bin/env node
/* smsc.js - an SMS centre that speaks SMPP 3.4, for tests.
 *
 * It takes one transceiver, tells of every message that it is given as a line
 * of JSON on stdout, and does what lines of JSON on stdin say:
 *
 *     {"mo": {"from": "13800138000", "to": "10659", "text": "八分"}}
 *     {"receipts": "DELIVRD"}      what becomes of messages from now on;
 *                                  "": no receipts
 *     {"receipt": {"id": "7", "state": "UNDELIV", "from": …, "to": …}}
 *
 * Chinese goes as UCS-2 both ways.  It ends when stdin does.
 */
"use strict";
const path = require("path");
const readline = require("readline");
const smpp = require(path.join(__dirname, "../web/node_modules/smpp"));

let receipts = "DELIVRD", last = 0, peer = null;
const waiting = []; /* until a gateway has bound */

function tell(what) {
    process.stdout.write(JSON.stringify(what) + "\n");
}

function deliver(pdu) {
    if (peer) peer.deliver_sm(pdu);
    else waiting.push(pdu);
}

function receipt(id, state, from, to) {
    const now = "2611221200";

    deliver({
        source_addr: to, destination_addr: from, esm_class: 4,
        receipted_message_id: id,
        short_message: `id:${id} sub:001 dlvrd:001 submit date:${now} ` +
            `done date:${now} stat:${state} err:000 text:`,
    });
}

function originate(mo) {
    const plain = /^[\x20-\x7e]*$/.test(mo.text);

    deliver({
        source_addr: mo.from, destination_addr: mo.to,
        data_coding: plain ? 0 : 8,
        short_message: plain ? mo.text
            : { message: Buffer.from(mo.text, "utf16le").swap16() },
    });
}

function text_of(pdu) {
    const message = pdu.short_message.message;

    return Buffer.isBuffer(message) ? message.toString("latin1") : message;
}

const server = smpp.createServer((session) => {
    session.on("bind_transceiver", (pdu) => {
        session.send(pdu.response());
        peer = session;
        tell({ event: "bound" });
        while (waiting.length) session.deliver_sm(waiting.shift());
    });
    session.on("submit_sm", (pdu) => {
        const id = String(++last);

        session.send(pdu.response({ message_id: id }));
        tell({
            event: "mt", id, from: pdu.source_addr, to: pdu.destination_addr,
            text: text_of(pdu), coding: pdu.data_coding,
        });
        if (receipts)
            receipt(id, receipts, pdu.source_addr, pdu.destination_addr);
    });
    session.on("enquire_link", (pdu) => session.send(pdu.response()));
    session.on("unbind", (pdu) => {
        session.send(pdu.response());
        session.close();
    });
    session.on("close", () => { if (peer === session) peer = null; });
    session.on("error", () => { if (peer === session) peer = null; });
});

const listener = server.listen(0, "127.0.0.1", () => {
    tell({ event: "listening", port: listener.address().port });
});

readline.createInterface({ input: process.stdin }).on("line", (line) => {
    const order = JSON.parse(line);

    if (order.mo) originate(order.mo);
    if (order.receipts !== undefined) receipts = order.receipts;
    if (order.receipt) {
        const r = order.receipt;
        receipt(r.id, r.state, r.from, r.to);
    }
}).on("close", () => process.exit(0));
