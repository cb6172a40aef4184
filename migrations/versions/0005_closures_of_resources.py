"""Closures of one resource: down, maintenance, energy; calendars that are edited tell their version"""

import sqlalchemy as sa
from alembic import op

from tileplan.kernel import db

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

KINDS = ('down', 'maintenance', 'energy')


def upgrade() -> None:
    """Go up."""
    # A column is only added: rows of other tables refer to calendars, so they are not made anew.
    op.add_column('calendar', sa.Column('version', sa.Integer(), nullable=False, server_default='1'))
    op.create_table(
        'closure',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('resource_id', sa.Integer(), nullable=False),
        sa.Column(
            'kind',
            sa.Enum(*KINDS, name='closurekind', native_enum=False, length=30),
            nullable=False,
        ),
        sa.Column('start_at', db.Moment(), nullable=True),
        sa.Column('end_at', db.Moment(), nullable=True),
        sa.Column('weekday', sa.Integer(), nullable=True),
        sa.Column('from_minute', sa.Integer(), nullable=True),
        sa.Column('to_minute', sa.Integer(), nullable=True),
        sa.Column('code', sa.String(length=10), nullable=False),
        sa.Column('note', sa.String(length=120), nullable=False),
        sa.Column('by_name', sa.String(length=60), nullable=False),
        sa.Column('at', db.Moment(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.CheckConstraint(
            '(weekday IS NULL AND start_at < end_at) OR '
            '(weekday IS NOT NULL AND from_minute < to_minute)',
            name=op.f('ck_closure_when'),
        ),
        sa.ForeignKeyConstraint(
            ['resource_id'], ['resource.id'], name=op.f('fk_closure_resource_id_resource')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_closure')),
    )
    op.create_index(op.f('ix_closure_resource_id'), 'closure', ['resource_id'])


def downgrade() -> None:
    """Go down."""
    op.drop_table('closure')
    op.drop_column('calendar', 'version')
