"""Mails that come back, each as its mail server or mail program writes it. `{id}` is our Message-ID without brackets,
`{to}` the address of ours that was written to, `{date}` when our copy was written.

(sort, whether nobody is there, what is said of it, the mail)
"""

RETURNED = """\
Received: from rapport.example.edu (rapport.example.edu [192.0.2.7])
\tby mx.example.edu (Postfix) with ESMTP id 4F2B81C0A3; {date}
Subject: Your talk with Amira
From: Rapport at Tamarack <rapport@example.edu>
To: {to}
Date: {date}
Message-ID: <{id}>
Auto-Submitted: auto-generated
MIME-Version: 1.0
Content-Type: text/plain; charset="utf-8"

Good morning
"""


def report(sender, subject, words, block, *, returned=RETURNED, kind="message/rfc822", more=""):
    """Return a delivery report in the standard form (RFC 3464)."""
    return f"""\
Return-Path: <>
From: {sender}
To: rapport@example.edu
Subject: {subject}
Date: Sun, 29 Nov 2026 10:00:00 +0000
Message-ID: <bounce.1@mx.example.edu>
Auto-Submitted: auto-replied
{more}MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="4F2B81C0A3.1795946400/mx.example.edu"

--4F2B81C0A3.1795946400/mx.example.edu
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

{words}

--4F2B81C0A3.1795946400/mx.example.edu
Content-Description: Delivery report
Content-Type: message/delivery-status

{block}

--4F2B81C0A3.1795946400/mx.example.edu
Content-Description: Undelivered Message
Content-Type: {kind}

{returned}
--4F2B81C0A3.1795946400/mx.example.edu--
"""


POSTFIX = """\
Reporting-MTA: dns; mx.example.edu
X-Postfix-Queue-ID: 4F2B81C0A3
X-Postfix-Sender: rfc822; rapport@example.edu
Arrival-Date: {date}

Final-Recipient: rfc822; {to}
Original-Recipient: rfc822;{to}
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.corvane.example
Diagnostic-Code: smtp; 550 5.1.1 <{to}>: Recipient address rejected: User
    unknown in virtual mailbox table"""

SAMPLES = {
    "Postfix, nobody there": (
        "came_back",
        True,
        "User unknown in virtual mailbox table",
        report(
            "MAILER-DAEMON@mx.example.edu (Mail Delivery System)",
            "Undelivered Mail Returned to Sender",
            "This is the mail system at host mx.example.edu.\n\nI'm sorry to have to inform you that your message could"
            " not\nbe delivered to one or more recipients. It's attached below.\n\n<{to}>: host mx said: 550 5.1.1",
            POSTFIX,
        ),
    ),
    "Postfix, only the headers, full mailbox": (
        "came_back",
        False,
        "mailbox full",
        report(
            "MAILER-DAEMON@mx.example.edu",
            "Undelivered Mail Returned to Sender",
            "This is the mail system at host mx.example.edu.",
            POSTFIX.replace("5.1.1", "5.2.2").partition("Diagnostic-Code")[0]
            + "Diagnostic-Code: smtp; 552 5.2.2 <{to}>: mailbox full",
            returned=RETURNED.partition("\n\n")[0],
            kind="text/rfc822-headers",
        ),
    ),
    "Postfix, delayed": (
        "delayed",
        False,
        "Connection timed out",
        report(
            "MAILER-DAEMON@mx.example.edu",
            "Delayed Mail (still being retried)",
            "THIS IS A WARNING ONLY.  YOU DO NOT NEED TO RESEND YOUR MESSAGE.",
            "Reporting-MTA: dns; mx.example.edu\n\nFinal-Recipient: rfc822; {to}\nAction: delayed\nStatus: 4.4.1\n"
            "Diagnostic-Code: X-Postfix; connect to mx.corvane.example[192.0.2.25]:25:\n    Connection timed out\n"
            "Will-Retry-Until: Fri, 4 Dec 2026 10:00:00 +0000 (UTC)",
        ),
    ),
    "Postfix, given up after days": (
        "came_back",
        False,
        "Connection timed out",
        report(
            "MAILER-DAEMON@mx.example.edu",
            "Undelivered Mail Returned to Sender",
            "This is the mail system at host mx.example.edu.",
            "Reporting-MTA: dns; mx.example.edu\n\nFinal-Recipient: rfc822; {to}\nAction: failed\nStatus: 4.4.1\n"
            "Diagnostic-Code: X-Postfix; connect to mx.corvane.example[192.0.2.25]:25:\n    Connection timed out",
        ),
    ),
    "Exchange Online, nobody there": (
        "came_back",
        True,
        "RESOLVER.ADR.RecipientNotFound",
        report(
            "Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@corvane.example>",
            "Undeliverable: Your talk with Amira",
            "Your message to {to} couldn't be delivered.\n\nsolheim wasn't found at corvane.example.",
            "Reporting-MTA: dns;DB9PR04MB8234.eurprd04.prod.outlook.com\nReceived-From-MTA: dns;rapport.example.edu\n"
            "Arrival-Date: {date}\n\nFinal-Recipient: rfc822;{to}\nAction: failed\nStatus: 5.1.10\n"
            "Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address"
            " lookup",
            more="X-MS-Exchange-Message-Is-Ndr:\nContent-Language: en-GB\n",
        ),
    ),
    "Exchange, blocked by a rule": (
        "came_back",
        False,
        "TRANSPORT.RULES.RejectMessage",
        report(
            "postmaster@corvane.example",
            "Undeliverable: Your talk with Amira",
            "Your message wasn't delivered because an admin has set a rule.",
            "Reporting-MTA: dns;ex01.corvane.example\n\nFinal-Recipient: rfc822;{to}\nAction: failed\nStatus: 5.7.1\n"
            "Diagnostic-Code: smtp;550 5.7.1 TRANSPORT.RULES.RejectMessage; the message was rejected by organization"
            " policy",
        ),
    ),
    "Gmail, nobody there": (
        "came_back",
        True,
        "does not exist",
        report(
            "Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
            "Delivery Status Notification (Failure)",
            "** Address not found **\n\nYour message wasn't delivered to {to} because the address couldn't be found.",
            "Reporting-MTA: dns; googlemail.com\nReceived-From-MTA: dns; rapport@example.edu\nArrival-Date: {date}\n"
            "X-Original-Message-ID: <{id}>\n\nFinal-Recipient: rfc822; {to}\nAction: failed\nStatus: 5.1.1\n"
            "Remote-MTA: dns; gmail-smtp-in.l.google.com. (192.0.2.27, the server for the domain.)\n"
            "Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist. Please try\n"
            " 550-5.1.1 double-checking the recipient's email address for typos\n"
            " 550 5.1.1 https://support.google.com/mail/?p=NoSuchUser d9443c01a7336 - gsmtp\n"
            "Last-Attempt-Date: {date}",
            more="X-Failed-Recipients: {to}\nReferences: <{id}>\nIn-Reply-To: <{id}>\n",
        ),
    ),
    "Sendmail, nobody there": (
        "came_back",
        True,
        "User unknown",
        report(
            "Mail Delivery Subsystem <MAILER-DAEMON@mail.corvane.example>",
            "Returned mail: see transcript for details",
            "   ----- The following addresses had permanent fatal errors -----\n<{to}>\n"
            "    (reason: 550 5.1.1 <{to}>... User unknown)",
            "Reporting-MTA: dns; mail.corvane.example\nReceived-From-MTA: DNS; rapport.example.edu\n\n"
            "Final-Recipient: RFC822; {to}\nAction: failed\nStatus: 5.1.1\nRemote-MTA: DNS; mail.corvane.example\n"
            "Diagnostic-Code: SMTP; 550 5.1.1 <{to}>... User unknown\nLast-Attempt-Date: {date}",
        ),
    ),
    "the report in base64, and of an odd case": (
        "came_back",
        True,
        "User unknown",
        report("MAILER-DAEMON@x.example", "failure notice", "Sorry.", "{block}").replace(
            "Content-Type: message/delivery-status",
            "Content-Type: message/delivery-status\nContent-Transfer-Encoding: base64",
        ),
    ),
    "delivered after all": (
        "arrived",
        False,
        "250 2.0.0 OK",
        report(
            "MAILER-DAEMON@mx.example.edu",
            "Successful Mail Delivery Report",
            "Your message was successfully delivered.",
            "Reporting-MTA: dns; mx.example.edu\n\nFinal-Recipient: rfc822; {to}\nAction: delivered (to mailbox)\n"
            "Status: 2.0.0\nDiagnostic-Code: smtp; 250 2.0.0 OK",
        ),
    ),
    "Exim, nobody there": (
        "came_back",
        True,
        "550 No such user here",
        """\
Return-path: <>
Envelope-to: rapport@example.edu
Auto-Submitted: auto-replied
X-Failed-Recipients: {to}
From: Mail Delivery System <Mailer-Daemon@mail.example.edu>
To: rapport@example.edu
Subject: Mail delivery failed: returning message to sender
Message-Id: <E1uPqWx-0003Yb-Ks@mail.example.edu>
Date: Sun, 29 Nov 2026 10:00:00 +0000

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  {to}
    host mx.corvane.example [192.0.2.25]
    SMTP error from remote mail server after RCPT TO:<{to}>:
    550 No such user here

------ This is a copy of the message, including all the headers. ------

Return-path: <rapport@example.edu>
"""
        + RETURNED,
    ),
    "Exim, a warning": (
        "delayed",
        False,
        "has not yet been delivered",
        """\
Return-path: <>
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@mail.example.edu>
To: rapport@example.edu
References: <{id}>
Subject: Warning: message 1uPqWx-0003Yb-Ks delayed 24 hours
Date: Sun, 29 Nov 2026 10:00:00 +0000

This message was created automatically by mail delivery software.
A message that you sent has not yet been delivered to one or more of its
recipients after more than 24 hours on the queue on mail.example.edu.

The address to which the message has not yet been delivered is:

  {to}
    Delay reason: connection timed out

No action is required on your part. Delivery attempts will continue for
some time, and this warning may be repeated at intervals.
""",
    ),
    "qmail, nobody there": (
        "came_back",
        True,
        "no mailbox here by that name",
        """\
Return-Path: <>
Date: 29 Nov 2026 10:00:00 -0000
From: MAILER-DAEMON@mail.corvane.example
To: rapport@example.edu
Subject: failure notice

Hi. This is the qmail-send program at mail.corvane.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{to}>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <rapport@example.edu>
"""
        + RETURNED,
    ),
    "Yahoo, no report": (
        "came_back",
        True,
        "This user doesn't have a corvane.example account",
        """\
Return-Path: <>
From: MAILER-DAEMON@yahoo.com
To: rapport@example.edu
Subject: Failure Notice
Date: Sun, 29 Nov 2026 10:00:00 +0000

Sorry, we were unable to deliver your message to the following address.

<{to}>:
554: delivery error: dd This user doesn't have a corvane.example account ({to}) [0]

--- Below this line is a copy of the message.

"""
        + RETURNED,
    ),
    "Exchange 2003, no report": (
        "came_back",
        True,
        "The e-mail account does not exist at the organization",
        """\
From: System Administrator <postmaster@corvane.example>
To: rapport@example.edu
Subject: Undeliverable: Your talk with Amira
In-Reply-To: <{id}>
Date: Sun, 29 Nov 2026 10:00:00 +0000
MIME-Version: 1.0
Content-Type: text/plain; charset="iso-8859-1"

Your message

  To:      {to}
  Subject: Your talk with Amira
  Sent:    Sun, 29 Nov 2026 09:58:00 +0000

did not reach the following recipient(s):

{to} on Sun, 29 Nov 2026 10:00:00 +0000
    The e-mail account does not exist at the organization this message
was sent to.  Check the e-mail address, or contact the recipient directly
to find out the correct address.
    <ex01.corvane.example #5.1.1>
""",
    ),
    "Outlook, away": (
        "automatic",
        False,
        "Automatic reply: Your talk with Amira",
        """\
From: Ingrid Solheim <{to}>
To: Rapport at Tamarack <rapport@example.edu>
Subject: Automatic reply: Your talk with Amira
Date: Sun, 29 Nov 2026 10:00:00 +0000
Message-ID: <8b4cAUTO@DB9PR04MB8234.eurprd04.prod.outlook.com>
References: <{id}>
In-Reply-To: <{id}>
X-MS-Has-Attach:
X-Auto-Response-Suppress: All
X-MS-Exchange-Inbox-Rules-Loop: {to}
Auto-Submitted: auto-generated
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="_000_8b4c_"

--_000_8b4c_
Content-Type: text/plain; charset="us-ascii"

I am out of the office from 27 November until Monday, 14 December 2026 and
will answer then. In urgent cases call +353 1 555 0100.

--_000_8b4c_
Content-Type: text/html; charset="us-ascii"

<html><body><p>I am out of the office</p></body></html>
--_000_8b4c_--
""",
    ),
    "Gmail, on holiday": (
        "automatic",
        False,
        "I am on leave",
        """\
Return-Path: <>
From: Ingrid <{to}>
To: rapport@example.edu
Subject: On leave Re: Your talk with Amira
Date: Tue, 29 Dec 2026 10:00:00 +0000
Message-ID: <CAx@mail.gmail.com>
References: <{id}>
In-Reply-To: <{id}>
Precedence: bulk
X-Autoreply: yes
Auto-Submitted: auto-replied
Content-Type: text/plain; charset="UTF-8"

I am on leave and will be back in the office on January 11th.
""",
    ),
    "vacation(1), in German": (
        "automatic",
        False,
        "Abwesenheitsnotiz",
        """\
From: Ingrid <{to}>
To: rapport@example.edu
Subject: =?iso-8859-1?Q?Abwesenheitsnotiz=3A_Gespr=E4ch?=
Date: Sun, 29 Nov 2026 10:00:00 +0000
In-Reply-To: <{id}>
Auto-Submitted: auto-replied (vacation)
Content-Type: text/plain; charset="iso-8859-1"
Content-Transfer-Encoding: quoted-printable

Ich bin bis zum 20. Dezember nicht im B=FCro.
""",
    ),
    "a ticket system": (
        "automatic",
        False,
        "[Ticket 4711] received",
        """\
From: Help <{to}>
To: rapport@example.edu
Subject: [Ticket 4711] received
Date: Sun, 29 Nov 2026 10:00:00 +0000
In-Reply-To: <{id}>
Auto-Submitted: auto-generated

We have your message and answer within 3 days.
""",
    ),
    "a person": (
        "reply",
        False,
        "Thank you, Tuesday is fine.",
        """\
Return-Path: <{to}>
From: Ingrid Solheim <{to}>
To: rapport@example.edu
Subject: Re: Your talk with Amira
Date: Sun, 29 Nov 2026 10:00:00 +0000
Message-ID: <me@corvane.example>
In-Reply-To: <{id}>
References: <{id}>
Content-Type: text/plain; charset="utf-8"

Thank you, Tuesday is fine.
""",
    ),
}
BACK_ON = {
    "Outlook, away": "2026-12-14",
    "Gmail, on holiday": "2027-01-11",
    "vacation(1), in German": "2026-12-20",
}
OTHERS = {
    "a receipt": """\
From: Ingrid <{to}>
To: rapport@example.edu
Subject: Read: Your talk with Amira
In-Reply-To: <{id}>
Content-Type: multipart/report; report-type=disposition-notification; boundary="b"

--b
Content-Type: text/plain

It was read.
--b
Content-Type: message/disposition-notification

Final-Recipient: rfc822;{to}
Original-Message-ID: <{id}>
Disposition: manual-action/MDN-sent-manually; displayed
--b--
""",
    "a complaint": """\
From: feedback@isp.example
To: rapport@example.edu
Subject: Abuse report
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

Spam.
--b
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Loop/1.0
--b
Content-Type: message/rfc822

Message-ID: <{id}>
To: {to}

x
--b--
""",
    "a stranger": "From: a@b.example\nSubject: Buy\nTo: rapport@example.edu\n\nNow.\n",
    "nothing": "",
    "no mail": "\x00\x00\x00",
}
